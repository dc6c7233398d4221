using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Concurrency;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>Many callers beside a trainer that learns, and copies of the dense weights all the time.</summary>
public class LivePredictorUnderUseTests : LeakChecked
{
    // The model and the rows check themselves: all weights of one copy are equal, and so are those of a row.
    [Test]
    public async Task While_it_learns_no_row_and_no_weights_are_torn_and_none_go_back()
    {
        const int batches = 3000;
        await using var live = new LiveTrainer(schema => new CountingModel(schema), isCounting: true);
        live.Start();
        await live.LearnAsync();
        await using var predictor = await live.OpenAsync();
        Crowd.RunUntilDone(
            [() => live.LearnAsync(batches).GetAwaiter().GetResult()],
            [() => predictor.RefreshAsync().GetAwaiter().GetResult(), new Caller(live, predictor).Step, new Caller(live, predictor).Step]);
        await predictor.RefreshAsync();
        Assert.That(predictor.DenseStep, Is.EqualTo(batches + 1));
        Assert.That(((CountingModel)live.Model).Predicted, Is.Zero);
    }

    [Test]
    public async Task What_is_learned_beside_a_predictor_has_the_same_bits([Values] Staleness staleness)
    {
        var alone = await TrainAsync(isPredicting: false, staleness);
        var beside = await TrainAsync(isPredicting: true, staleness);
        Assert.That(beside.Model, Is.EqualTo(alone.Model));
        Assert.That(Bits.Of(beside.Rows), Is.EqualTo(Bits.Of(alone.Rows)));
    }

    [Test]
    public async Task Requests_allocate_nothing_in_steady_state()
    {
        await using var live = new LiveTrainer();
        live.Start();
        await live.LearnAsync(3);
        await using var predictor = await live.OpenAsync();
        long[] items = [.. Enumerable.Range(0, 50)];
        var (scores, rows) = (new float[items.Length], new float[items.Length * 6]);
        var allocated = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                using var request = predictor.Rent(items.Length);
                live.Write(request, 3, items);
                predictor.Predict(request, scores);
                predictor.Lookup("items", items, rows);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
    }

    private static async Task<(byte[] Model, float[] Rows)> TrainAsync(bool isPredicting, Staleness staleness)
    {
        await using var live = new LiveTrainer(staleness: staleness);
        live.Start();
        await live.LearnAsync();
        if (isPredicting)
        {
            await using var predictor = await live.OpenAsync();
            Crowd.RunUntilDone(
                [() => live.LearnAsync(400).GetAwaiter().GetResult()],
                [() => predictor.RefreshAsync().GetAwaiter().GetResult(), () => live.Scores(predictor, 1, 2, 3, 4000)]);
        }
        else await live.LearnAsync(400);
        await live.EndAsync();
        using var saved = new MemoryStream();
        live.Model.Save(saved);
        long[] ids = [.. Enumerable.Range(0, LiveTrainer.Ids)];
        var rows = new float[ids.Length * 6];
        live.Tables["items"].Lookup(ids, rows);
        return (saved.ToArray(), rows);
    }

    private sealed class Caller(LiveTrainer live, LivePredictor predictor)
    {
        private readonly float[] _scores = new float[4];
        private float _count, _row;

        public void Step()
        {
            using var request = predictor.Rent(4);
            live.Write(request, 1, 0, 11, 22, 3);
            predictor.PredictWithOutputs(request, _scores);
            var (count, row) = (request.Output("count")[0], request.Output("row")[16]);
            if (count < _count) throw new InvalidOperationException($"Weights of step {_count} became those of {count}.");
            if (row < _row) throw new InvalidOperationException($"A row went from {_row} back to {row}.");
            (_count, _row) = (count, row);
        }
    }
}
