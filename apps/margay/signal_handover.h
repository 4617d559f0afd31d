// Signals while `margay` becomes the training program, whose libraries take a second to load.
#pragma once

namespace margay::app {

bool is_ignored(int signal);

/// Before the training program takes this one's place: signals that stop a training wait for its handlers,
/// and its environment says whether SIGHUP is ignored, since a library may handle that before main begins.
void hand_over_signals();

/// In the training program: ignores SIGHUP where `margay` did, and takes the word of it out of the
/// environment, so that no child finds it.
void take_over_signals();

/// Lets those come that wait, once there are handlers of them or none are needed.
void release_signals();

}  // namespace margay::app
