using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>The best of all items for a request: the scores are the logits that the model predicts, and none is missing.</summary>
public class RequestTopKTests : LeakChecked
{
    private static readonly Func<FeatureSchema, OnlineModel>[] Models =
    [
        schema => new FactorizationMachine(schema, new() { InitialBias = -0.7f }),
        schema => new LogisticRegression(schema, new() { InitialBias = -0.7f }),
    ];

    [Test]
    public async Task Scores_are_the_logits_of_the_model_for_all_items([Values(0, 1)] int model, [Values] bool isLive)
    {
        await using var shop = await RankedShop.TrainAsync(Models[model]);
        await using Predictor predictor = isLive ? await shop.OpenLiveAsync() : await shop.OpenReplicaAsync();
        var items = shop.Ids;
        var (found, scores) = Search(shop, predictor, items.Length + 10);
        Assert.That(found, Is.EquivalentTo(items));
        Assert.That(scores, Is.Ordered.Descending);
        var (logits, bounds) = shop.Logits(found);
        for (var i = 0; i < found.Length; i++) Assert.That(scores[i], Is.EqualTo(logits[i]).Within(bounds[i]), $"item {found[i]}");
        // So narrow that no term can be missing.
        Assert.That(bounds.Max(), Is.LessThan(1e-3 * (scores.Max() - scores.Min())));
    }

    [Test]
    public async Task Scores_are_the_logits_of_the_reported_task_of_several(
        [Values] bool isMachine, [Values(1, 3)] int biases, [Values(null, "task2")] string? reported)
    {
        await using var shop = await RankedShop.TrainAsync(
            schema => isMachine
                ? new FactorizationMachine(schema, new() { ReportedTask = reported, Optimizer = new AdamOptions { LearningRate = 0.1f } })
                : new LogisticRegression(schema, new() { ReportedTask = reported }),
            tasks: 3, biases: biases);
        await using var live = await shop.OpenLiveAsync();
        var (found, scores) = Search(shop, live, shop.Ids.Length);
        var (logits, bounds) = shop.Logits(found);
        for (var i = 0; i < found.Length; i++) Assert.That(scores[i], Is.EqualTo(logits[i]).Within(bounds[i]), $"item {found[i]}");
        Assert.That(bounds.Max(), Is.LessThan(1e-3 * (scores.Max() - scores.Min())));
    }

    [Test]
    public async Task A_search_and_a_prediction_of_one_request_agree(
        [Values(RowFormat.Float32, RowFormat.Float16, RowFormat.Int8)] RowFormat format)
    {
        await using var shop = await RankedShop.TrainAsync(Models[0]);
        await using var replica = await shop.OpenReplicaAsync(format);
        using var request = replica.Rent(0);
        shop.WriteContext(request.Shared);
        var (ids, scores) = (new long[20], new float[20]);
        Assert.That(replica.TopK(request, shop.Item, ids, scores).Count, Is.EqualTo(20));
        Assert.That(request.Rows, Is.Zero);
        foreach (var id in ids) request.Add().Id(shop.Item, id);
        var probabilities = new float[20];
        replica.Predict(request, probabilities);
        Assert.That(probabilities.Select(p => Math.Log(p / (1.0 - p))), Is.EqualTo(scores.Select(s => (double)s)).Within(1e-5));
        // Nothing that was left out is better.
        request.Clear();
        shop.WriteContext(request.Shared);
        var rest = shop.Ids.Except(ids).ToArray();
        foreach (var id in rest) request.Add().Id(shop.Item, id);
        var others = new float[rest.Length];
        replica.Predict(request, others);
        Assert.That(others.Max(), Is.LessThanOrEqualTo(probabilities.Min() + 1e-6));
    }

    [Test]
    public async Task A_filter_leaves_out_what_was_seen()
    {
        await using var shop = await RankedShop.TrainAsync(Models[0]);
        await using var live = await shop.OpenLiveAsync();
        using var request = live.Rent(0);
        shop.WriteContext(request.Shared);
        var (all, some, scores) = (new long[20], new long[10], new float[20]);
        live.TopK(request, shop.Item, all, scores);
        live.TopK(request, shop.Item, some, scores.AsSpan(0, 10), new() { Except = all.AsSpan(0, 10) });
        Assert.That(some, Is.EqualTo(all[10..]));
    }

    [Test]
    public async Task A_model_that_is_no_dot_product_refuses_by_name_and_the_request_goes_on()
    {
        await using var shop = await RankedShop.TrainAsync(schema => new DeepFm(schema, new() { Hidden = [4] }));
        await using var live = await shop.OpenLiveAsync();
        using var request = live.Rent(0);
        shop.WriteContext(request.Shared);
        Assert.That(() => live.TopK(request, shop.Item, new long[3], new float[3]),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("'deep-fm'").And.Message.Contains("two steps"));
        request.Add().Id(shop.Item, 1);
        live.Predict(request, new float[1]);
    }

    [Test]
    public async Task Requests_that_do_not_fit_are_refused()
    {
        await using var shop = await RankedShop.TrainAsync(Models[0]);
        await using var live = await shop.OpenLiveAsync();
        await using var replica = await shop.OpenReplicaAsync();
        using var request = live.Rent(0);
        var (ids, scores) = (new long[3], new float[3]);
        Assert.That(() => replica.TopK(request, shop.Item, ids, scores),
            Throws.ArgumentException.With.Message.Contains("another predictor"));
        Assert.That(() => live.TopK(request, null!, ids, scores), Throws.ArgumentNullException);
        Assert.That(() => live.TopK(request, shop.Item, ids, scores.AsSpan(1)), Throws.ArgumentException);
        request.Shared.Id(shop.Item, 4);
        Assert.That(() => live.TopK(request, shop.Item, ids, scores), Throws.ArgumentException.With.Message.Contains("'item'"));
        request.Clear();
        request.Add().Id(shop.Item, 4);
        Assert.That(() => live.TopK(request, shop.Item, ids, scores),
            Throws.InvalidOperationException.With.Message.Contains("candidates (1)"));
        request.Dispose();
        Assert.That(() => live.TopK(request, shop.Item, ids, scores), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(ids, Is.All.Zero);
    }

    [Test]
    public async Task A_query_of_ones_own_searches_a_table_by_name()
    {
        await using var shop = await RankedShop.TrainAsync(Models[0]);
        await using var live = await shop.OpenLiveAsync();
        await using var replica = await shop.OpenReplicaAsync();
        float[] query = [.. Enumerable.Range(0, 17).Select(i => i % 5 - 2f)];
        var expected = (Ids: new long[9], Scores: new float[9]);
        shop.Tables.Tables[1].TopK(query, expected.Ids, expected.Scores);
        foreach (var predictor in new Predictor[] { live, replica })
        {
            var (ids, scores, found) = (new long[9], new float[9], new int[1]);
            predictor.TopK("items", query, ids, scores);
            Assert.That((ids, Bits.Of(scores)), Is.EqualTo((expected.Ids, Bits.Of(expected.Scores))));
            predictor.TopK("items", query, 9, ids, scores, found);
            Assert.That((ids, found[0]), Is.EqualTo((expected.Ids, 9)));
            Assert.That(() => predictor.TopK("shops", query, ids, scores), Throws.InstanceOf<KeyNotFoundException>());
        }
    }

    [Test]
    public async Task Nothing_is_allocated_in_steady_state()
    {
        await using var shop = await RankedShop.TrainAsync(Models[0]);
        await using var live = await shop.OpenLiveAsync();
        var (ids, scores, seen) = (new long[20], new float[20], new long[] { 1, 2, 3 });
        var allocated = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                using var request = live.Rent(0);
                shop.WriteContext(request.Shared);
                live.TopK(request, shop.Item, ids, scores, new() { Except = seen });
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
    }

    private static (long[] Ids, float[] Scores) Search(RankedShop shop, Predictor predictor, int k)
    {
        using var request = predictor.Rent(0);
        shop.WriteContext(request.Shared);
        var (ids, scores) = (new long[k], new float[k]);
        var found = predictor.TopK(request, shop.Item, ids, scores).Count;
        return (ids[..found], scores[..found]);
    }
}
