// What a shared library of margay shows: everything else is hidden (cmake/rooms.cmake).
#pragma once

/// Before what programs of others call or catch.
#define MARGAY_API __attribute__((visibility("default")))
