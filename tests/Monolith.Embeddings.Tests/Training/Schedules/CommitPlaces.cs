using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Tests.Training.Schedules;

/// <summary>After which batches a store has commits, and after which a stream says that it is to have some.</summary>
internal static class CommitPlaces
{
    /// <summary>Reads the commits of a store: after which batch each was cut, and whether replicas got dense weights.</summary>
    public static async Task<List<CommitPlace>> OfAsync(SnapshotStore store)
    {
        var manifest = await new SnapshotPublisher(store).ReadAsync(CancellationToken.None);
        var places = new List<CommitPlace>();
        foreach (var commit in manifest?.Commits ?? [])
        {
            using var training = SnapshotContents.Open(await store.OpenAsync(commit.Training.Name, default), commit.Training);
            using var serving = SnapshotContents.Open(await store.OpenAsync(commit.Serving!.Name, default), commit.Serving!);
            Assert.That(training.NamedSections, Does.Contain(SnapshotChain.ModelSection), "what training goes on from always has them");
            var state = TrainerState.Load(
                training.ReadSection(TrainerState.Section), new ProgressiveMetrics(CrashScenario.CreateSchema()));
            var leftOut = commit.ServedTables.Where(table => table.IsLeftOut).Select(table => table.Name).Order();
            places.Add(new CommitPlace(
                state.Steps, serving.NamedSections.Contains(SnapshotChain.ModelSection), string.Join(' ', leftOut)));
        }
        return places;
    }

    /// <summary>The same by hand, from the batches of the stream alone.</summary>
    public static async Task<List<CommitPlace>> ExpectedAsync(
        Schedule sparse, Schedule dense, long batches, params (string Name, Schedule Every)[] tables)
    {
        var (places, commits, weights) = (new List<CommitPlace>(), new Counted(sparse), new Counted(dense));
        var counted = tables.Select(table => (table.Name, Every: new Counted(table.Every))).ToList();
        var (step, isDenseDue, due) = (0L, true, tables.Select(table => table.Name).ToHashSet());
        var source = CrashScenario.CreateSource(CrashScenario.CreateSchema(), batches);
        await foreach (var batch in source.ReadAsync(default, CancellationToken.None))
        {
            step++;
            isDenseDue |= weights.IsOver(batch);
            due.UnionWith(counted.Where(table => table.Every.IsOver(batch)).Select(table => table.Name).ToList());
            if (!commits.IsOver(batch)) continue;
            var leftOut = tables.Select(table => table.Name).Except(due).Order();
            places.Add(new CommitPlace(step, isDenseDue, string.Join(' ', leftOut)));
            isDenseDue = false;
            due.Clear();
        }
        return places;
    }

    private sealed class Counted(Schedule schedule)
    {
        private long _examples, _batches;
        private long? _from;

        public bool IsOver(ExampleBatch batch)
        {
            // The stream's times only rise, so that the last of a batch is the newest.
            var newest = batch.EventTimesMilliseconds[^1];
            _examples += batch.Rows;
            _batches++;
            _from ??= newest;
            var isOver = _examples >= schedule.Examples || _batches >= schedule.Batches
                || newest - _from >= schedule.EventTime?.TotalMilliseconds;
            if (isOver) (_examples, _batches, _from) = (0, 0, newest);
            return isOver;
        }
    }
}
