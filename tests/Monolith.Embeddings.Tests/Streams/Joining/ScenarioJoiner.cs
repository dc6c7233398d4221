using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>A joiner of a scenario, whose logs know how far they were read.</summary>
/// <param name="scenario">The scenario.</param>
/// <param name="source">The joiner; disposed with this.</param>
/// <param name="logs">Its logs.</param>
/// <param name="schedule">Lets the logs go on.</param>
internal sealed class ScenarioJoiner(
    JoinScenario scenario, OnlineJoiner<long, ScriptedRecord, ScriptedRecord> source, CountedLog[] logs,
    LogSchedule schedule) : IDisposable
{
    public OnlineJoiner<long, ScriptedRecord, ScriptedRecord> Source => source;

    public OnlineJoinerStatus Status => source.Status;

    public Task<List<JoinedBatch>> ReadAllAsync() => ReadAsync(StreamPosition.Start, int.MaxValue);

    /// <summary>Reads some batches.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="seen">Is called with each, before the joiner goes on.</param>
    public async Task<List<JoinedBatch>> ReadAsync(StreamPosition from, int most, Func<JoinedBatch, Task>? seen = null)
    {
        var batches = new List<JoinedBatch>();
        if (most == 0) return batches;
        schedule.Begin();
        await using var reading = source.ReadAsync(from, default).GetAsyncEnumerator();
        while (await schedule.RunAsync(reading.MoveNextAsync()))
        {
            using (var batch = reading.Current) batches.Add(JoinedBatch.Of(batch, scenario));
            if (seen is not null) await seen(batches[^1]);
            if (batches.Count == most) break;
        }
        return batches;
    }

    /// <summary>Requires of a stream that was read to its end what the definition says of what was read and decided.</summary>
    public void RequireDefined(IEnumerable<JoinedBatch> batches)
    {
        var status = Status;
        var oracle = new JoinOracle(scenario, status.Decisions, Array.ConvertAll(logs, log => log.Taken));
        var setBacks = status.Decisions.Where(decision => decision.Kind == JoinerDecisionKind.TimeSetBack)
            .Select(decision => (decision.Log, decision.AfterRecord, decision.To.ToUnixTimeMilliseconds()));
        Assert.Multiple(() =>
        {
            Assert.That(setBacks, Is.EquivalentTo(oracle.SetBacks), Story);
            Assert.That(batches.SelectMany(batch => batch.Rows), Is.EqualTo(oracle.Rows), Story);
            Assert.That(JoinOracleCounts.Of(status), Is.EqualTo(oracle.Counted), Story);
            Assert.That(status.Joined + status.Defaults + status.LatePositives, Is.EqualTo(oracle.Rows.Length), Story);
            Assert.That(status.Decisions, Has.Count.EqualTo(status.ClockDecisions + status.SetBacks), Story);
            if (scenario.Options.CloseAtEnd) Assert.That(status.OpenImpressions, Is.Zero, Story);
        });
    }

    public void Dispose() => source.Dispose();

    private static long? At(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds() - JoinScenario.Epoch;

    private string Story() => string.Join('\n',
    [
        $"seed {scenario.Seed}, {(scenario.Options.CloseAtEnd ? "closed at the end" : "open at the end")}, lateness "
            + $"{scenario.Options.AllowedLateness.TotalMilliseconds}, jump {scenario.Options.MaxJump.TotalMilliseconds} confirmed by "
            + $"{scenario.Options.JumpConfirmations}",
        .. Status.Decisions.Select(made =>
            $"{made.Kind} of {made.Log} behind {made.AfterRecord}: {At(made.From)} to {At(made.To)}, processed up to {At(made.Frontier)}"),
        .. scenario.Partitions.Select((records, i) =>
            $"{scenario.Names[i]}, {logs[i].Taken} of {records.Count} read: {string.Join("; ", records)}"),
    ]);
}
