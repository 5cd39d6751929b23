"""The addresses of users, below a venue's."""

from django.urls import path

from staff.users import views

urlpatterns = [
    path("house/users/", views.users, name="users"),
    path("house/users/new/", views.new, name="user_new"),
    path("house/users/<int:pk>/", views.show, name="user"),
    path("house/users/<int:pk>/roles/", views.roles, name="user_roles"),
    path("house/users/<int:pk>/leave/", views.leave, name="user_leave"),
    path("house/users/<int:pk>/staff-number/", views.link, name="user_link"),
    path("house/users/<int:pk>/staff-number/<int:employee>/off/", views.unlink, name="user_unlink"),
    path("house/users/<int:pk>/password/", views.password, name="user_password"),
    path("house/users/<int:pk>/unlock/", views.unlock, name="user_unlock"),
    path("house/users/<int:pk>/sessions/", views.sessions, name="user_sessions"),
]
