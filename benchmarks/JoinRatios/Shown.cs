namespace JoinRatios;

/// <summary>An impression.</summary>
/// <param name="Number">Its number, from 0; all that it shows follows from that.</param>
/// <param name="Time">When, in Unix milliseconds.</param>
internal readonly record struct Shown(long Number, long Time);
