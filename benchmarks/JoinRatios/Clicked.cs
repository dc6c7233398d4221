namespace JoinRatios;

/// <summary>An action.</summary>
/// <param name="Number">The number of its impression.</param>
/// <param name="Time">When, in Unix milliseconds.</param>
internal readonly record struct Clicked(long Number, long Time);
