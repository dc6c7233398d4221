using BeforeAfter.Contract;
using BeforeAfter.Versions;
using BeforeAfter.Workloads;

namespace BeforeAfter;

/// <summary>
/// Compares two versions, round by round. In each round everything is made again: the versions are loaded again, that before twice, so that
/// their code lies elsewhere, and so do their tables. The effect of a place is then part of what differs between rounds, and the rounds are
/// independent.
/// </summary>
/// <param name="settings">What is wanted.</param>
/// <param name="before">The driver's assembly of the version before.</param>
/// <param name="after">That of the version after.</param>
internal sealed class Rounds(Settings settings, string before, string after)
{
    private readonly Workload[] _workloads = [.. All(settings).Where(workload => workload.Verbs.Any(verb => settings.IsWanted(verb.Name)))];

    /// <summary>Runs all rounds.</summary>
    /// <returns>The comparisons of the verbs that are wanted, in order.</returns>
    public IReadOnlyList<Comparison> Run(CancellationToken cancellationToken)
    {
        var comparisons = _workloads.Select(Comparisons).ToArray();
        for (var round = 0; round < settings.Rounds; round++)
        {
            Console.Error.WriteLine($"Round {round + 1} of {settings.Rounds}");
            var drivers = Sides<IDriver>.Make(
                round, () => VersionContext.Load(before), () => VersionContext.Load(before), () => VersionContext.Load(after));
            if (round == 0) LeaveOutWhatOneSideCannot(drivers, comparisons);
            for (var i = 0; i < _workloads.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Array.TrueForAll(comparisons[i], comparison => comparison is null)) continue;
                Run(_workloads[i], round, drivers, comparisons[i]);
            }
        }
        return [.. comparisons.SelectMany(ofWorkload => ofWorkload).OfType<Comparison>()];
    }

    /// <exception cref="UsageException">Nothing is wanted.</exception>
    public static void RequireAny(Settings settings)
    {
        if (!All(settings).SelectMany(workload => workload.Verbs).Any(verb => settings.IsWanted(verb.Name)))
            throw new UsageException($"No result's name contains '{settings.Filter}'; benchmarks/README.md lists the names.");
    }

    private static Workload[] All(Settings settings) =>
    [
        .. LargeTable.All(settings),
        new CachedLookups(settings),
        .. CachedTable.All(settings),
        new TrainerBatches(),
        new FullSaves(settings),
    ];

    // An earlier version may bring a driver that knows fewer plans, and would make others of them.
    private void LeaveOutWhatOneSideCannot(Sides<IDriver> drivers, Comparison?[][] comparisons)
    {
        var plans = Math.Min(drivers.Before.Plans, drivers.After.Plans);
        for (var i = 0; i < _workloads.Length; i++)
        {
            if (_workloads[i].Plans <= plans) continue;
            Array.Clear(comparisons[i]);
            var names = string.Join(", ", _workloads[i].Verbs.Select(verb => verb.Name));
            Console.Error.WriteLine($"Left out, because the driver of one version does not know it: {names}");
        }
    }

    // Null where a verb is not wanted.
    private Comparison?[] Comparisons(Workload workload) =>
        [.. workload.Verbs.Select(verb => settings.IsWanted(verb.Name) ? new Comparison(verb) : null)];

    private static void Run(Workload workload, int round, Sides<IDriver> drivers, Comparison?[] comparisons)
    {
        using var sides = new WorkloadRound(workload, round, drivers);
        var areAnswersEqual = sides.WarmUp();
        for (var verb = 0; verb < comparisons.Length; verb++)
        {
            if (comparisons[verb] is not { } comparison) continue;
            comparison.HasOtherAnswers |= !areAnswersEqual;
            sides.Measure(verb, comparison);
        }
    }
}
