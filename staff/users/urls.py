"""The addresses of users, below a venue's."""

from django.urls import path

from staff.users import views

urlpatterns = [
    path("house/users/", views.users, name="users"),
    path("house/users/new/", views.new, name="user_new"),
    path("house/users/<key:pk>/", views.show, name="user"),
    path("house/users/<key:pk>/roles/", views.roles, name="user_roles"),
    path("house/users/<key:pk>/leave/", views.leave, name="user_leave"),
    path("house/users/<key:pk>/staff-number/", views.link, name="user_link"),
    path("house/users/<key:pk>/staff-number/<key:employee>/off/", views.unlink, name="user_unlink"),
    path("house/users/<key:pk>/password/", views.password, name="user_password"),
    path("house/users/<key:pk>/unlock/", views.unlock, name="user_unlock"),
    path("house/users/<key:pk>/sessions/", views.sessions, name="user_sessions"),
]
