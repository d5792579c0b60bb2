/** What the lab's connections are called in `pg_stat_activity`. */
export const LAB_APPLICATION = 'holdfast lab'
export const SERVER_APPLICATION = 'holdfast lab server'
