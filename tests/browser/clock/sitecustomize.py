"""Another time for a whole served house: every process that finds this folder on its path lives NIGHT_OFFSET later.

Python imports it as it starts, before anything has read the clock; the servers' workers, the commands and the
processes that pages start add the same seconds, so their time moves on together.
"""

import os
import time

import time_machine

if "NIGHT_OFFSET" in os.environ:
    time_machine.travel(time.time() + float(os.environ["NIGHT_OFFSET"]), tick=True).start()
