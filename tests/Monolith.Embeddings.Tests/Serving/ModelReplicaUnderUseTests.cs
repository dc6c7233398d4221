using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Concurrency;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

public class ModelReplicaUnderUseTests : LeakChecked
{
    // All weights of a commit are its number, so that every read can be checked: rows are whole, and never older than a version that was
    // seen before.
    [Test]
    public async Task While_commits_are_applied_no_row_is_torn_and_no_version_goes_back([Values] bool hasFactory)
    {
        using var trained = new TrainedModel();
        long[] ids = [.. Enumerable.Range(0, 400).Select(TrainedModel.Id)];
        await CommitAsync(trained, ids, 1);
        await using var replica = hasFactory
            ? await ModelReplica.OpenAsync(trained.Store, _ => trained.CreateModel(), trained.Options(), trained.Time)
            : await trained.OpenAsync();
        Crowd.RunUntilDone(
            [
                () =>
                {
                    for (var number = 2; number <= 25; number++)
                    {
                        CommitAsync(trained, ids, number).GetAwaiter().GetResult();
                        Assert.That(replica.CatchUpAsync().GetAwaiter().GetResult(), Is.True);
                    }
                },
            ],
            [new Reader(replica, ids).Step, new Reader(replica, ids).Step]);
        Assert.That(replica.Version.Number, Is.EqualTo(25));
    }

    [Test]
    public async Task Requests_and_lookups_allocate_nothing_in_steady_state()
    {
        using var trained = new TrainedModel();
        for (var i = 0; i < 3; i++) trained.Train();
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync(RowFormat.Int8);
        long[] ids = [.. Enumerable.Range(0, 50).Select(TrainedModel.Id)];
        var (rows, scores) = (new float[ids.Length * 6], new float[ids.Length]);
        var allocated = 0L;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                using var request = replica.Rent(ids.Length);
                request.Shared.Id(trained.Slots[0], 3).Ids(trained.Slots[1], ids.AsSpan(0, 4)).Dense(0, 1);
                foreach (var id in ids) request.Add().Id(trained.Slots[2], id);
                replica.Predict(request, scores);
                replica.Lookup("items", ids, rows);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public async Task A_request_may_be_used_again_and_follows_the_newest_version()
    {
        using var trained = new TrainedModel();
        trained.Train();
        await trained.CommitAsync();
        await using var replica = await trained.OpenAsync();
        using var request = replica.Rent(0);
        var scores = new List<float>();
        for (var round = 0; round < 4; round++)
        {
            request.Clear();
            request.Shared.Id(trained.Slots[0], TrainedModel.Id(1));
            request.Add().Id(trained.Slots[2], TrainedModel.Id(2));
            Assert.That(request.Rows, Is.EqualTo(1));
            var score = new float[1];
            Assert.That(() => replica.Predict(request, new float[2]), Throws.ArgumentException.With.Message.Contains("1 scores"));
            replica.Predict(request, score);
            scores.Add(score[0]);
            trained.Train();
            // In the last rounds the tables are others.
            await trained.CommitAsync(full: round > 1);
            await replica.CatchUpAsync();
        }
        Assert.That(scores, Is.Unique);
    }

    private static async Task CommitAsync(TrainedModel trained, long[] ids, int number)
    {
        foreach (var table in trained.Tables.Tables) table.Assign(ids, [.. Enumerable.Repeat((float)number, ids.Length * table.Dimension)],
            At.Seconds((uint)number));
        await trained.CommitAsync(full: number % 8 == 0);
    }

    private sealed class Reader(ModelReplica replica, long[] ids)
    {
        private readonly float[] _rows = new float[ids.Length * 6];
        private ulong _version;

        public void Step()
        {
            var version = replica.Version.Number;
            if (version < _version) throw new InvalidOperationException($"Version {_version} became {version}.");
            _version = version;
            if (replica.Lookup("items", ids, _rows) != ids.Length) throw new InvalidOperationException("A row was missing.");
            foreach (var row in _rows.Chunk(6))
            {
                if (row.AsSpan().ContainsAnyExcept(row[0])) throw new InvalidOperationException($"Torn: {string.Join(' ', row)}.");
                if (row[0] < version) throw new InvalidOperationException($"A row of version {row[0]} was read at version {version}.");
            }
            using var request = replica.Rent(1);
            request.Shared.Id(request.Schema.Slots[0], ids[0]);
            request.Add().Id(request.Schema.Slots[2], ids[1]);
            Span<float> score = [float.NaN];
            replica.Predict(request, score);
            if (!(score[0] is >= 0 and <= 1)) throw new InvalidOperationException($"Score {score[0]}.");
        }
    }
}
