/**
 * Where a test's own statements look for tables. What is tested finds its tables by itself: the tests of
 * surroundings run it where this is not set.
 */
export const OUR_TABLES_FIRST = 'search_path = holdfast, public'
