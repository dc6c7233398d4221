namespace Measuring;

/// <summary>
/// Two pieces of work that take turns in the order A B B A: what changes steadily meanwhile falls on both alike, each is as often the first
/// that touches what both of them read, and each follows itself, and so finds its own data in the caches, as often as the other does.
/// </summary>
public static class Abba
{
    /// <summary>Runs both, two turns of each in a quad. Before the first, each has a turn that is not timed.</summary>
    /// <param name="a">The work of a turn, given its number.</param>
    /// <param name="b">The work that it is compared with, given the same numbers.</param>
    /// <param name="firstTurn">The number of the turn that is not timed; each quad has the next two.</param>
    /// <param name="quads">How many quads.</param>
    /// <param name="clock">What a turn is timed by.</param>
    /// <returns>What all turns of each took together.</returns>
    public static (BatchTime A, BatchTime B) Run(Action<int> a, Action<int> b, int firstTurn, int quads, Func<BatchTime> clock)
    {
        var (ofA, ofB) = (default(BatchTime), default(BatchTime));
        b(firstTurn);
        // Last, as at the end of every quad.
        a(firstTurn);
        for (var turn = firstTurn + 1; turn <= firstTurn + 2 * quads; turn += 2)
        {
            ofA += Time(a, turn, clock);
            ofB += Time(b, turn, clock);
            ofB += Time(b, turn + 1, clock);
            ofA += Time(a, turn + 1, clock);
        }
        return (ofA, ofB);
    }

    private static BatchTime Time(Action<int> work, int turn, Func<BatchTime> clock)
    {
        var start = clock();
        work(turn);
        return clock() - start;
    }
}
