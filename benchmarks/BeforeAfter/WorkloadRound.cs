using BeforeAfter.Contract;
using BeforeAfter.Workloads;
using Measuring;

namespace BeforeAfter;

/// <summary>One round of a workload: the tables of three sides, and the turns that they take.</summary>
internal sealed class WorkloadRound : IDisposable
{
    private const int WarmTurns = 3;

    private readonly IReadOnlyList<Verb> _verbs;
    private readonly int _round;
    private readonly Sides<Work> _works;

    /// <summary>Makes the tables.</summary>
    public WorkloadRound(Workload workload, int round, Sides<IDriver> drivers)
    {
        (_verbs, _round) = (workload.Verbs, round);
        var create = workload.Draw(round);
        _works = Sides<Work>.Make(round, () => create(drivers.Before), () => create(drivers.Again), () => create(drivers.After));
    }

    /// <summary>Runs some turns of all verbs on all sides.</summary>
    /// <returns>Whether both versions gave the same answers, bit for bit.</returns>
    public bool WarmUp()
    {
        for (var verb = 0; verb < _verbs.Count; verb++)
        {
            for (var turn = 0; turn < WarmTurns; turn++) _works.ForEach(work => work.Turns[verb](turn));
        }
        var before = _works.Before.Answers();
        if (!before.SequenceEqual(_works.Again.Answers()))
            throw new InvalidOperationException($"{_verbs[0].Name}: the same version gave two answers, so that nothing can be compared.");
        return before.SequenceEqual(_works.After.Answers());
    }

    /// <summary>
    /// Measures a verb: the version after against that before, and that before against itself. Which of these comes first, and which side
    /// begins, changes by the round.
    /// </summary>
    public void Measure(int verb, Comparison comparison)
    {
        var (change, noise) = (default((BatchTime, BatchTime)), default((BatchTime, BatchTime)));
        for (var pair = 0; pair < 2; pair++)
        {
            if ((pair + _round / 2) % 2 == 0) change = Pair(verb, pair, _works.After);
            else noise = Pair(verb, pair, _works.Again);
        }
        comparison.Add(change, noise);
    }

    public void Dispose() => _works.ForEach(work => work.Dispose());

    // No turn's number comes twice, so that no batch does where the workload has enough of them.
    private (BatchTime Before, BatchTime Other) Pair(int verb, int pair, Work other)
    {
        var quads = _verbs[verb].Quads;
        var firstTurn = WarmTurns + pair * (1 + 2 * quads);
        var (before, after) = (_works.Before.Turns[verb], other.Turns[verb]);
        if (_round % 2 == 0) return Abba.Run(before, after, firstTurn, quads, Clock);
        var (afterTime, beforeTime) = Abba.Run(after, before, firstTurn, quads, Clock);
        return (beforeTime, afterTime);

        BatchTime Clock() => _verbs[verb].Now;
    }
}
