namespace BeforeAfter.Driver;

/// <summary>
/// An event time for every version of the core: verbs take a <see cref="DateTimeOffset"/>, and took whole seconds before.
/// </summary>
internal readonly struct AnyTime
{
    private readonly uint _seconds;

    private AnyTime(uint seconds) => _seconds = seconds;

    /// <summary>One second after 1970.</summary>
    public static AnyTime Second => new(1);

    public static implicit operator uint(AnyTime time) => time._seconds;

    public static implicit operator DateTimeOffset(AnyTime time) => DateTimeOffset.FromUnixTimeSeconds(time._seconds);
}
