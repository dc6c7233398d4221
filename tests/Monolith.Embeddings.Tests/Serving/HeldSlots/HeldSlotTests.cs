using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training.Ranking;

namespace Monolith.Embeddings.Tests.Serving.HeldSlots;

/// <summary>Slots that are held in serving: what requests write to them is not served, and what is trained is what was written.</summary>
public class HeldSlotTests : LeakChecked
{
    private static readonly long[] Items = [3, 17, 900, 5];

    // How a request may write the two slots.
    private static readonly (string What, Action<FeatureWriter, HeldShop>? Shared, Action<FeatureWriter, HeldShop, int>? Row)[] Ways =
    [
        ("nothing", null, null),
        ("what is held", null, (w, s, _) => w.Id(s.Place, HeldShop.HeldPlace).Id(s.Page, HeldShop.HeldPage)),
        ("others", null, (w, s, n) => w.Id(s.Place, 2 + n).Ids(s.Page, [n, 3])),
        ("shared ones", (w, s) => w.Id(s.Place, 4).Ids(s.Page, [1, 2]), null),
        ("some rows", null, (w, s, n) => { if (n % 2 == 0) w.Id(s.Place, 5).Id(s.Page, 2, 0.5f); }),
    ];

    [Test]
    public async Task Every_row_that_is_served_has_the_held_id_whatever_the_request_writes([Values] bool isLive)
    {
        await using var shop = await HeldShop.TrainAsync(Machine);
        await using var predictor = await shop.OpenAsync(isLive);
        var expected = shop.Held(user: 4, Items);
        Assert.That(shop.Written(4, [3], [1], Items), Is.Not.EqualTo(expected), "the slots mean something");
        foreach (var (what, shared, row) in Ways)
        {
            using var request = predictor.Rent(Items.Length);
            var scores = new float[Items.Length];
            // Once more after it is cleared: the buffers are the same.
            for (var round = 0; round < 2; round++)
            {
                shared?.Invoke(request.Shared, shop);
                request.Shared.Id(shop.User, 4);
                for (var i = 0; i < Items.Length; i++)
                {
                    var writer = request.Add().Id(shop.Item, Items[i]);
                    row?.Invoke(writer, shop, i);
                }
                predictor.Predict(request, scores);
                Assert.That(scores, Is.EqualTo(expected), $"{what}, round {round}");
                predictor.Predict(request, scores);
                Assert.That(scores, Is.EqualTo(expected), $"{what}, predicted again");
                request.Clear();
            }
        }
    }

    [Test]
    public async Task A_search_holds_the_slots_and_does_not_search_for_them([Values] bool isLive)
    {
        await using var shop = await HeldShop.TrainAsync(Machine);
        await using var predictor = await shop.OpenAsync(isLive);
        foreach (var (what, shared, _) in Ways)
        {
            using var request = predictor.Rent(0);
            shared?.Invoke(request.Shared, shop);
            request.Shared.Id(shop.User, 4);
            var (ids, scores) = (new long[6], new float[6]);
            Assert.That((int)predictor.TopK(request, shop.Item, ids, scores).Count, Is.EqualTo(6));
            Assert.That(scores.Select(Logistic.Sigmoid), Is.EqualTo(shop.Held(4, ids)).Within(1e-5), what);
            Assert.That(() => predictor.TopK(request, shop.Place, ids, scores),
                Throws.ArgumentException.With.Message.Contains("held at 1"));
        }
    }

    [Test]
    public async Task A_model_of_ones_own_sees_the_held_ids_in_the_batch()
    {
        await using var shop = await HeldShop.TrainAsync(Machine);
        var seen = new List<(bool, long)>();
        await using var predictor = await shop.OpenAsync(isLive: true, schema => new SeeingModel(Machine(schema), batch =>
        {
            foreach (var slot in (FeatureSlot[])[shop.Place, shop.Page])
            {
                seen.Add((batch.IsShared(slot), batch.Ids(slot).ToArray().Single()));
                Assert.That(batch.Offsets(slot).ToArray(), Is.EqualTo(new[] { 0, 1 }));
            }
        }));
        using var request = predictor.Rent(2);
        for (var i = 0; i < 2; i++) request.Add().Id(shop.Item, i).Id(shop.Place, 7).Ids(shop.Page, [3, 4]);
        predictor.Predict(request, new float[2]);
        Assert.That(seen, Is.EqualTo(new[] { (true, HeldShop.HeldPlace), (true, HeldShop.HeldPage) }));
    }

    [Test]
    public async Task A_model_that_throws_leaves_the_request_as_it_was_written()
    {
        await using var shop = await HeldShop.TrainAsync(Machine);
        var isBroken = true;
        await using var predictor = await shop.OpenAsync(isLive: true, schema => new SeeingModel(Machine(schema), _ =>
        {
            if (isBroken) throw new InvalidOperationException("broken");
        }));
        using var request = predictor.Rent(4);
        request.Shared.Id(shop.User, 4);
        foreach (var item in Items) request.Add().Id(shop.Item, item).Id(shop.Place, 3).Id(shop.Page, 1);
        var scores = new float[Items.Length];
        for (var i = 0; i < 3; i++)
            Assert.That(() => predictor.Predict(request, scores), Throws.InvalidOperationException.With.Message.EqualTo("broken"));
        isBroken = false;
        predictor.Predict(request, scores);
        Assert.That(scores, Is.EqualTo(shop.Held(4, Items)));
    }

    // By the ranks that predicting all items gives, with the held ids and with those of the events.
    [Test]
    public async Task Ranking_metrics_rank_as_requests_do()
    {
        await using var shop = await HeldShop.TrainAsync(Machine);
        await using var predictor = await shop.OpenAsync(isLive: true);
        for (var n = 0; n < 20; n++)
        {
            var (user, item) = (n % 11, (long)(n * 7 % 40));
            using var batch = new ExampleBatch(shop.Schema);
            batch.BeginExample().Id(shop.User, user).Id(shop.Item, item).Id(shop.Place, 3).Ids(shop.Page, [n % 4]).Label(shop.Click, 1);
            batch.EndRow();
            var ranking = new PrequentialRanking(
                new() { Item = "item", K = [.. Enumerable.Range(1, 50)] }, shop.Tables, shop.Model, shop.Schema, 1);
            ranking.Rank(batch);
            var rank = ranking.Metrics.Total().At.First(at => at.Recall > 0.5).K;

            using var request = predictor.Rent(0);
            request.Shared.Id(shop.User, user);
            var (ids, scores) = (new long[50], new float[50]);
            predictor.TopK(request, shop.Item, ids, scores);
            Assert.That(rank, Is.EqualTo(1 + ids.IndexOf(item)), $"event {n}");
        }
        Assert.That(() => new PrequentialRanking(new() { Item = "place" }, shop.Tables, shop.Model, shop.Schema, 1),
            Throws.ArgumentException.With.Message.Contains("held at 1"));
    }

    [Test]
    public async Task What_is_trained_evaluated_and_scored_is_what_was_written()
    {
        await using var shop = await HeldShop.TrainAsync(Machine);
        double LossAt(int place, long page) => shop.Trainer.EvaluateAsync(ExampleSource.From(
            () => Items, new ExampleEncoder<long>(shop.Schema, (in long item, ExampleWriter writer) => writer
                .Id(shop.User, 4).Id(shop.Item, item).Id(shop.Page, page).Label(shop.Click, 1).Served(new() { Position = place })), 2))
            .GetAwaiter().GetResult()[shop.Click].LogLoss;

        double LossOf(float[] probabilities) => probabilities.Average(p => -Math.Log(p));
        Assert.That(LossAt(3, 2), Is.EqualTo(LossOf(shop.Written(4, [3], [2], Items))).Within(1e-5));
        Assert.That(LossAt(3, 2), Is.Not.EqualTo(LossOf(shop.Held(4, Items))).Within(1e-4));
        Assert.That(LossAt((int)HeldShop.HeldPlace, HeldShop.HeldPage), Is.EqualTo(LossOf(shop.Held(4, Items))).Within(1e-5));
    }

    [Test]
    public void Nothing_is_allocated_for_held_slots()
    {
        var shop = new HeldShop(Machine);
        shop.Trainer.RunAsync().GetAwaiter().GetResult();
        var predictor = shop.OpenAsync(isLive: false).GetAwaiter().GetResult();
        var (scores, allocated) = (new float[20], 0L);
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                using var request = predictor.Rent(20);
                for (var row = 0; row < 20; row++) request.Add().Id(shop.Item, row).Id(shop.Place, row);
                predictor.Predict(request, scores);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        predictor.DisposeAsync().AsTask().GetAwaiter().GetResult();
        shop.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void What_is_held_is_no_part_of_the_fingerprint_and_must_be_an_id_of_the_table()
    {
        Assert.That(Schema(held: 1).Fingerprint, Is.EqualTo(Schema(held: null).Fingerprint));
        Assert.That(Schema(held: 1).Matches(Schema(held: 2)), Is.True);
        Assert.That(Schema(held: -1).Slots[0].HeldInServing, Is.EqualTo(-1));
        Assert.That(Schema(held: 1, carrySlots: true).Slots[0].HeldInServing, Is.EqualTo(1));
        Assert.That(OptionFailures.Of(() => _ = Schema(held: -1, carrySlots: true)),
            Has.One.Contains("Slots['a']").And.One.Contains("held at -1"));
    }

    private static FeatureSchema Schema(long? held, bool carrySlots = false)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("t", r => r.Bias(new FtrlOptions()), t => t.IdsCarrySlots = carrySlots);
        f.Slot("a", "t", heldInServing: held);
        return f.Build();
    }

    private static OnlineModel Machine(FeatureSchema schema) => new FactorizationMachine(schema);
}
