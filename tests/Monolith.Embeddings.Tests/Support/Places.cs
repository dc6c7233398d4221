namespace Monolith.Embeddings.Tests.Support;

/// <summary>
/// The places, such as calls of a store, at which a test lets a fault happen, one after the other. A run visits some, spread evenly, the
/// first and the last among them; where <see cref="Variable"/> is "all", it visits every one.
/// </summary>
internal static class Places
{
    public const string Variable = "MONOLITH_TEST_PLACES";

    private const int Some = 16;

    private static readonly bool _areAll = Environment.GetEnvironmentVariable(Variable) == "all";

    /// <summary>How far apart, where their number is not known before.</summary>
    public static int Step(int some) => _areAll ? 1 : some;

    /// <summary>Those from 0 up to, not with, a number.</summary>
    public static IEnumerable<int> UpTo(int end) => Between(0, end);

    /// <summary>Those from a number up to, not with, another.</summary>
    public static IEnumerable<int> Between(int start, int end)
    {
        // Odd: tests choose the kind of fault by whether the place is even.
        var step = _areAll ? 1 : Math.Max(1, (end - start) / Some) | 1;
        for (var place = start; place < end - 1; place += step) yield return place;
        if (end > start) yield return end - 1;
    }
}
