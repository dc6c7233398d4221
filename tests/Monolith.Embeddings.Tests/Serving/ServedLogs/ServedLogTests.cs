using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Features;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Serving.ServedLogs;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ServedLogTests : LeakChecked
{
    private readonly TestSchema _s = new();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"served-{Guid.NewGuid():N}");

    [TearDown]
    public void Delete()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task What_was_served_is_an_impression_with_features_predictions_and_version()
    {
        var (served, scores) = (new ServedLog(_folder), new float[6]);
        var replica = await OpenAsync(served);
        using (var request = Ask(replica))
        {
            replica.Predict(request, scores);
            request.Log(77, [new() { Position = 2, Arm = 4 }, new() { Position = 1, Probability = 0.5f }, new() { ModelVersion = 9 }]);
        }
        await replica.DisposeAsync();
        await served.DisposeAsync();
        Assert.That((served.Written, served.Dropped), Is.EqualTo((3, 0)));

        var examples = await ReadAsync();
        Assert.That(examples.Select(e => (e.RequestId, e.Index, e.IdOf(_s.User), e.IdOf(_s.Item))),
            Is.EqualTo(new[] { (77L, 0, 42L, 10L), (77L, 1, 42L, 11L), (77L, 2, 42L, 12L) }));
        Assert.That(examples.SelectMany(e => e.Predictions.ToArray()), Is.EqualTo(scores));
        Assert.That(examples.Select(e => e.Served), Is.EqualTo(new ServedAs[]
        {
            new() { Position = 2, Arm = 4, ModelVersion = 1 }, new() { Position = 1, Probability = 0.5f, ModelVersion = 1 },
            new() { ModelVersion = 9 },
        }));
        Assert.That(() => examples[0].IdOf(_s.Recent), Throws.InvalidOperationException);
        Assert.That(() => examples[0].IdOf(new TestSchema(user: "other").User), Throws.ArgumentException);

        var (batch, encoder) = (new ExampleBatch(_s.Schema), ServedExample.Encoder(_s.Schema));
        foreach (var example in examples) encoder.Encode(example, batch);
        Assert.That(batch.Ids(_s.Item).ToArray(), Is.EqualTo(new[] { 10, 11, 12 }));
        Assert.That(batch.Ids(_s.User).ToArray(), Is.EqualTo(new[] { 42, 42, 42 }));
        Assert.That(batch.Dense.ToArray(), Is.EqualTo(new[] { 1.5f, 0, 1.5f, 1, 1.5f, 2 }));
        Assert.That(batch.Labels(_s.Click).ToArray(), Is.All.NaN);
        Assert.That(batch.RequestIds.ToArray(), Is.EqualTo(new[] { 77, 77, 77 }));
        Assert.That(batch.Served.ToArray(), Is.EqualTo(examples.Select(e => e.Served)));
        var predicted = Enumerable.Range(0, 3).SelectMany(row => _s.Schema.Tasks.Select(task => batch.ServedPredictions(task)[row]));
        Assert.That(predicted, Is.EqualTo(scores));
    }

    [Test]
    public async Task Only_what_was_predicted_can_be_logged()
    {
        await using var served = new ServedLog(_folder);
        await using var replica = await OpenAsync(served);
        await using var without = await OpenAsync(null);
        var scores = new float[6];
        using (var request = Ask(without))
        {
            without.Predict(request, scores);
            Assert.That(() => request.Log(1), Throws.InvalidOperationException.With.Message.Contains("ServedLog"));
        }
        using (var request = Ask(replica))
        {
            Assert.That(() => request.Log(1), Throws.InvalidOperationException.With.Message.Contains("predict"));
            replica.Predict(request, scores);
            Assert.That(() => request.Log(1, [default]), Throws.ArgumentException);
            Assert.That(() => request.Log(1, [default, default, new() { Position = -1 }]), Throws.ArgumentException);
            request.Add().Id(_s.Item, 13);
            Assert.That(() => request.Log(1), Throws.InvalidOperationException);
        }
        Assert.That((served.Written, served.Dropped), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_disk_that_refuses_costs_lines_and_no_prediction()
    {
        await File.WriteAllTextAsync(_folder, "a file where the folder should be");
        var served = new ServedLog(_folder);
        await using (var replica = await OpenAsync(served)) Serve(replica, requests: 4);
        await served.DisposeAsync();
        Assert.That((served.Written, served.Dropped), Is.EqualTo((0, 12)));
        Assert.That(served.LastFailure, Is.InstanceOf<IOException>());
        File.Delete(_folder);
    }

    [Test]
    public async Task A_queue_that_is_full_drops_and_counts()
    {
        var served = new ServedLog(_folder, new() { QueueBytes = ServedLogOptions.SmallestBytes });
        await using (var replica = await OpenAsync(served)) Serve(replica, requests: 5_000);
        await served.DisposeAsync();
        Assert.That(served.Written + served.Dropped, Is.EqualTo(15_000));
        Assert.That(served.Written, Is.GreaterThan(0));
        Assert.That(await ReadAsync(), Has.Count.EqualTo(served.Written));
        await using (var replica = await OpenAsync(served)) Serve(replica, requests: 1);
        Assert.That(served.Written + served.Dropped, Is.EqualTo(15_003), "what comes after the disposal is dropped");
    }

    [Test]
    public async Task Files_rotate_in_the_order_of_their_names_and_the_oldest_go()
    {
        using var time = new ManualTime();
        using var early = new ManualTime(DateTimeOffset.UnixEpoch);
        var options = new ServedLogOptions { RotateBytes = ServedLogOptions.SmallestBytes, MaxFiles = 3 };
        for (var life = 0; life < 3; life++)
        {
            // The clock stands, or goes back: names still go up.
            await using var served = new ServedLog(_folder, options, life == 2 ? early : time);
            await using var replica = await OpenAsync(served);
            for (var i = 0; i < 40; i++)
            {
                Serve(replica, requests: 1, first: (life * 100) + i);
                while (served.Written + served.Dropped < 3 * (i + 1)) await Task.Yield();
            }
        }
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(3));
        var requests = (await ReadAsync()).Select(example => example.RequestId).Distinct().ToArray();
        Assert.That(requests, Is.Ordered.And.Length.GreaterThan(20));
        Assert.That(requests[^1], Is.EqualTo(239));
    }

    [Test]
    public async Task A_line_that_was_torn_or_changed_costs_itself()
    {
        await using (var served = new ServedLog(_folder))
        {
            await using var replica = await OpenAsync(served);
            Serve(replica, requests: 3);
        }
        var file = Directory.GetFiles(_folder).Single();
        var bytes = await File.ReadAllBytesAsync(file);
        for (var at = 0; at < bytes.Length; at += 37)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 4;
            await File.WriteAllBytesAsync(file, changed);
            Assert.That(await ReadAsync(mayHaveBad: true), Has.Count.InRange(7, 8), $"byte {at}");
        }
        await File.WriteAllBytesAsync(file, bytes[..^5]);
        Assert.That(await ReadAsync(mayHaveBad: true), Has.Count.EqualTo(8));
    }

    private static void Serve(Predictor predictor, int requests, int first = 0)
    {
        var (scores, s) = (new float[6], new TestSchema());
        for (var i = first; i < first + requests; i++)
        {
            using var request = Ask(predictor, s);
            predictor.Predict(request, scores);
            request.Log(i);
        }
    }

    private PredictionRequest Ask(Predictor predictor) => Ask(predictor, _s);

    private static PredictionRequest Ask(Predictor predictor, TestSchema s)
    {
        var request = predictor.Rent(3);
        request.Shared.Id(s.User, 42).Dense(0, 1.5f);
        for (var i = 0; i < 3; i++) request.Add().Id(s.Item, 10 + i).Dense(1, i);
        return request;
    }

    private async Task<List<ServedExample>> ReadAsync(bool mayHaveBad = false)
    {
        var examples = new List<ServedExample>();
        var log = new ServedExampleLog(_folder, _s.Schema, new() { Follow = false });
        await foreach (var record in log.ReadAsync(default, CancellationToken.None))
        {
            Assert.That(record.Error, mayHaveBad ? Is.Null.Or.InstanceOf<FormatException>() : Is.Null);
            if (record.Error is null) examples.Add(record.Value);
        }
        return examples;
    }

    private async Task<ModelReplica> OpenAsync(ServedLog? served)
    {
        var store = new MemorySnapshotStore();
        using (var tables = new EmbeddingTableSet(_s.Schema))
        using (var model = new LogisticRegression(_s.Schema, new() { Tasks = ["click"] }))
        {
            var encoder = new ExampleEncoder<int>(_s.Schema, (in int number, ExampleWriter writer) =>
                writer.Id(_s.User, number % 5).Id(_s.Item, number % 7).Label(_s.Click, number % 2).At(1_700_000_000_000 + number));
            var source = ExampleSource.From(() => Enumerable.Range(0, 40), encoder, 20);
            await using var trainer = new OnlineTrainer(tables, model, source, store);
            await trainer.RunAsync();
        }
        var replicated = new LogisticRegression(_s.Schema, new() { Tasks = ["click"] });
        return await ModelReplica.OpenAsync(store, replicated, new() { ServedLog = served });
    }
}
