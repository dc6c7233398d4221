namespace BeforeAfter;

/// <summary>One for each side: the version before, the same loaded again, and the version after.</summary>
internal sealed record Sides<T>(T Before, T Again, T After)
{
    private const int Count = 3;

    /// <summary>
    /// Makes one for each side, in another order each round, so that no side always has the place of the first or the last.
    /// </summary>
    public static Sides<T> Make(int round, Func<T> before, Func<T> again, Func<T> after)
    {
        Func<T>[] makers = [before, again, after];
        var made = new T[Count];
        for (var i = 0; i < Count; i++)
        {
            var side = (i + round) % Count;
            made[side] = makers[side]();
        }
        return new Sides<T>(made[0], made[1], made[2]);
    }

    public void ForEach(Action<T> action)
    {
        action(Before);
        action(Again);
        action(After);
    }
}
