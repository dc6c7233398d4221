using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving.HeldSlots;

/// <summary>The place at which an example was shown is what is trained.</summary>
public class PositionTests : LeakChecked
{
    [Test]
    public async Task The_place_that_was_shown_is_trained_whatever_else_is_written()
    {
        await using var shop = new HeldShop(Machine);
        using var batch = new ExampleBatch(shop.Schema);
        Write(served: 0);
        Write(served: 0, written: [7]);
        Write(served: 3);
        Write(served: 4, written: [7]);
        Write(served: 5, written: []);
        batch.BeginExample().Served(new() { Position = 9 });
        batch.AbandonRow();
        Write(served: 0);
        Assert.That(Places(batch), Is.EqualTo(new long[][] { [], [7], [3], [4], [5], [] }));

        using var copy = new ExampleBatch(shop.Schema);
        for (var row = 0; row < batch.Rows; row++) copy.Append(batch, row);
        Assert.That(Places(copy), Is.EqualTo(Places(batch)));

        void Write(int served, params long[] written)
        {
            var writer = batch.BeginExample().Id(shop.Item, 1).Ids(shop.Place, written);
            if (served > 0) writer.Served(new() { Position = served });
            batch.EndRow();
        }

        long[][] Places(ExampleBatch of) =>
            [.. Enumerable.Range(0, of.Rows).Select(row => new ExampleView(of, row).Ids(shop.Place).ToArray())];
    }

    [Test]
    public async Task A_place_that_all_rows_share_stays()
    {
        await using var shop = new HeldShop(Machine);
        using var batch = new ExampleBatch(shop.Schema);
        batch.Shared.Id(shop.Place, 6);
        batch.BeginExample().Id(shop.Item, 1).Served(new() { Position = 3 });
        batch.EndRow();
        Assert.That(batch.Ids(shop.Place).ToArray(), Is.EqualTo(new[] { 6 }));
        Assert.That(batch.Rows, Is.EqualTo(1));
    }

    [Test]
    public async Task A_served_log_trains_the_place_that_was_shown_and_serves_the_held_one()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"held-{Guid.NewGuid():N}");
        await using var shop = await HeldShop.TrainAsync(Machine);
        await using (var log = new ServedLog(folder))
        {
            await using var predictor = await shop.OpenAsync(isLive: true, log: log);
            using var request = predictor.Rent(3);
            request.Shared.Id(shop.User, 4);
            foreach (var item in (long[])[3, 17, 5]) request.Add().Id(shop.Item, item).Id(shop.Place, 8).Id(shop.Page, 2);
            var scores = new float[3];
            predictor.Predict(request, scores);
            Assert.That(scores, Is.EqualTo(shop.Held(4, 3, 17, 5)));
            request.Log(77, [new() { Position = 2 }, new() { Position = 1 }, default]);
        }
        using var batch = new ExampleBatch(shop.Schema);
        var encoder = ServedExample.Encoder(shop.Schema);
        await foreach (var line in new ServedExampleLog(folder, shop.Schema, new() { Follow = false }).ReadAsync(default, default))
            encoder.Encode(line.Value, batch);
        Directory.Delete(folder, recursive: true);
        // The place of the third was not said, and so the request's counts.
        Assert.That(batch.Ids(shop.Place).ToArray(), Is.EqualTo(new[] { 2, 1, 8 }));
        Assert.That(batch.Ids(shop.Page).ToArray(), Is.EqualTo(new[] { 2, 2, 2 }), "other slots are logged as the request wrote them");
        Assert.That(batch.Served[0].Position, Is.EqualTo(2));

        // A log of examples gives back the same.
        var (bytes, format) = (new System.Buffers.ArrayBufferWriter<byte>(), new ExampleRowFormat(shop.Schema));
        var length = format.Write(batch, 0, bytes);
        using var again = new ExampleBatch(shop.Schema);
        format.Append(bytes.WrittenSpan[..length], again);
        Assert.That(again.Ids(shop.Place).ToArray(), Is.EqualTo(new[] { 2 }));
    }

    private static OnlineModel Machine(FeatureSchema schema) => new FactorizationMachine(schema);
}
