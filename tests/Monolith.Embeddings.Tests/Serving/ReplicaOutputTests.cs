using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Concurrency;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>What a model puts out beside its logits, asked of a replica.</summary>
public class ReplicaOutputTests : LeakChecked
{
    private const int Candidates = 5;

    [Test]
    public async Task Outputs_are_what_the_model_puts_out_here_through_commits_and_fulls()
    {
        using var trained = Trained();
        await trained.CommitAsync();
        await using var replica = await OpenAsync(trained);
        using var local = new LocalOutputs(trained);
        for (var round = 0; round < 6; round++)
        {
            // Two objects of the model take turns, and each declares outputs of its own; one request is older than they are.
            using var request = Written(replica, trained);
            AssertSame(replica, request, local);
            trained.Train();
            await trained.CommitAsync(full: round == 3);
            await replica.CatchUpAsync();
            AssertSame(replica, request, local);
        }
    }

    [Test]
    public async Task Outputs_are_read_by_name_or_place_after_a_prediction_that_asks_for_them()
    {
        using var trained = Trained();
        await trained.CommitAsync();
        await using var replica = await OpenAsync(trained);
        using var request = Written(replica, trained);
        var scores = new float[Candidates];
        Assert.That(request.Outputs.Select(output => (output.Name, output.Width)), Is.EqualTo(new[] { ("twice", 1), ("sum", 3) }));
        AssertNone(request);
        replica.Predict(request, scores);
        AssertNone(request);
        replica.PredictWithOutputs(request, scores);
        Assert.That(request.Output("sum").Length, Is.EqualTo(3 * Candidates));
        Assert.That(request.Output(1).SequenceEqual(request.Output("sum")), Is.True);
        Assert.That(() => request.Output("vector"), Throws.InstanceOf<KeyNotFoundException>().With.Message.Contains("'twice' of 1"));
        Assert.That(() => request.Output(2), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("there are 2"));
        Assert.That(() => replica.PredictWithOutputs(request, new float[2]), Throws.ArgumentException);
        Assert.That(request.Output("sum").Length, Is.EqualTo(3 * Candidates), "a call that was refused changed nothing");
        replica.Predict(request, scores);
        AssertNone(request);
    }

    [Test]
    public async Task What_is_written_after_a_prediction_forgets_its_outputs()
    {
        using var trained = Trained();
        await trained.CommitAsync();
        await using var replica = await OpenAsync(trained);
        using var request = Written(replica, trained);
        AssertForgotten(() => request.Add().Id(trained.Slots[2], 7));
        AssertForgotten(() => request.Shared.Id(trained.Slots[0], 7), isWrittenFirst: true);
        AssertForgotten(request.Clear);
        replica.PredictWithOutputs(request, []);
        Assert.That(request.Output("sum").IsEmpty, Is.True, "no candidates, no values");

        void AssertForgotten(Action write, bool isWrittenFirst = false)
        {
            if (isWrittenFirst) request.Clear();
            replica.PredictWithOutputs(request, new float[request.Rows]);
            Assert.That(request.Output("twice").Length, Is.EqualTo(request.Rows));
            write();
            AssertNone(request);
        }
    }

    [Test]
    public async Task A_request_that_was_handed_back_shows_outputs_neither_to_its_old_renter_nor_to_the_next()
    {
        using var trained = Trained();
        await trained.CommitAsync();
        await using var replica = await OpenAsync(trained);
        var first = Written(replica, trained);
        replica.PredictWithOutputs(first, new float[Candidates]);
        first.Dispose();
        using var next = replica.Rent(Candidates);
        Assert.That(() => first.Output("sum"), Throws.InstanceOf<ObjectDisposedException>());
        AssertNone(next);
    }

    [Test]
    public async Task A_prediction_that_fails_has_no_outputs_and_what_a_model_leaves_is_not_a_number()
    {
        using var trained = Trained();
        await trained.CommitAsync();
        var model = new OutputModel(trained.CreateModel());
        await using var replica = await ModelReplica.OpenAsync(trained.Store, model, trained.Options(), trained.Time);
        using var request = Written(replica, trained);
        replica.PredictWithOutputs(request, new float[Candidates]);
        model.Predicting = () => throw new InvalidTimeZoneException();
        Assert.That(() => replica.PredictWithOutputs(request, new float[Candidates]), Throws.InstanceOf<InvalidTimeZoneException>());
        AssertNone(request);
        (model.Predicting, model.IsForgetful) = (null, true);
        replica.PredictWithOutputs(request, new float[Candidates]);
        Assert.That(request.Output("sum").ToArray(), Is.All.NaN);
        Assert.That(request.Output("twice").ToArray(), Has.None.NaN);
    }

    [Test]
    public async Task Requests_with_outputs_allocate_nothing_in_steady_state()
    {
        using var trained = Trained();
        await trained.CommitAsync();
        await using var replica = await OpenAsync(trained);
        var scores = new float[Candidates];
        var (allocated, sum) = (0L, 0f);
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                using var request = Written(replica, trained);
                replica.PredictWithOutputs(request, scores);
                sum += request.Output("twice")[0] + request.Output(1)[0];
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That((allocated, float.IsFinite(sum)), Is.EqualTo((0L, true)));
    }

    [Test]
    public async Task While_weights_are_swapped_scores_and_outputs_are_of_the_same_ones()
    {
        using var trained = Trained();
        await trained.CommitAsync();
        await using var replica = await OpenAsync(trained);
        Crowd.RunUntilDone(
            [
                () =>
                {
                    for (var i = 0; i < 12; i++)
                    {
                        trained.Train();
                        trained.CommitAsync(full: i % 5 == 4).GetAwaiter().GetResult();
                        Assert.That(replica.CatchUpAsync().GetAwaiter().GetResult(), Is.True);
                    }
                },
            ],
            [() => Step(), () => Step(), () => Step()]);

        void Step()
        {
            using var request = Written(replica, trained);
            var scores = new float[Candidates];
            replica.PredictWithOutputs(request, scores);
            for (var row = 0; row < Candidates; row++)
            {
                if (Logistic.Sigmoid(request.Output("twice")[row] / 2) != scores[row])
                    throw new InvalidOperationException($"Score {scores[row]} and output {request.Output("twice")[row]} do not fit.");
                var sums = request.Output("sum").Slice(row * 3, 3);
                if (sums[1] != sums[0] * 2) throw new InvalidOperationException("An output was torn.");
            }
        }
    }

    [Test]
    public async Task A_factory_whose_two_models_declare_different_outputs_is_refused()
    {
        using var trained = Trained();
        await trained.CommitAsync();
        var made = new List<OutputModel>();
        Assert.That(() => ModelReplica.OpenAsync(trained.Store, Create, trained.Options()),
            Throws.ArgumentException.With.Message.Contains("'sum' of 1"));
        Assert.That(made.Select(model => model.IsDisposed), Is.EqualTo(new[] { true, true }));

        OnlineModel? Create(ulong fingerprint)
        {
            made.Add(new OutputModel(trained.CreateModel(), width: made.Count + 1));
            return made[^1];
        }
    }

    private static TrainedModel Trained()
    {
        var trained = new TrainedModel();
        for (var i = 0; i < 5; i++) trained.Train();
        return trained;
    }

    private static Task<ModelReplica> OpenAsync(TrainedModel trained) =>
        ModelReplica.OpenAsync(trained.Store, _ => new OutputModel(trained.CreateModel()), trained.Options(), trained.Time);

    private static PredictionRequest Written(ModelReplica replica, TrainedModel trained)
    {
        var request = replica.Rent(Candidates);
        request.Shared.Id(trained.Slots[0], TrainedModel.Id(4)).Dense(0, 0.25f);
        for (var i = 0; i < Candidates; i++) request.Add().Id(trained.Slots[2], TrainedModel.Id(i * 31));
        return request;
    }

    private static void AssertNone(PredictionRequest request) => Assert.That(() => request.Output("sum"),
        Throws.InvalidOperationException.With.Message.Contains(nameof(ModelReplica.PredictWithOutputs)));

    private static void AssertSame(ModelReplica replica, PredictionRequest request, LocalOutputs local)
    {
        var scores = new float[Candidates];
        replica.PredictWithOutputs(request, scores);
        var expected = local.Predict();
        Assert.That(Bits.Of(scores), Is.EqualTo(Bits.Of([.. expected.Logits.Select(Logistic.Sigmoid)])));
        Assert.That(Bits.Of(request.Output("twice").ToArray()), Is.EqualTo(Bits.Of(expected.Blocks.Block("twice").ToArray())));
        Assert.That(Bits.Of(request.Output("sum").ToArray()), Is.EqualTo(Bits.Of(expected.Blocks.Block(1).ToArray())));
        Assert.That(expected.Blocks.Block("sum").ToArray().Distinct().Count(), Is.GreaterThan(Candidates));
    }

    /// <summary>The same candidates, predicted by the trainer's own tables and model.</summary>
    private sealed class LocalOutputs : IDisposable
    {
        private readonly TrainedModel _trained;
        private readonly OutputModel _model;
        private readonly EmbeddingLayer _layer;
        private readonly FeatureBatch _batch;
        private readonly ModelOutputBlocks _blocks;

        public LocalOutputs(TrainedModel trained)
        {
            (_trained, _model) = (trained, new OutputModel(trained.CreateModel()));
            (_layer, _batch) = (new EmbeddingLayer(trained.Tables, trained.Schema), new FeatureBatch(trained.Schema));
            _blocks = new ModelOutputBlocks(_model);
            _blocks.Resize(Candidates);
            for (var i = 0; i < Candidates; i++)
            {
                _batch.BeginRow().Id(trained.Slots[0], TrainedModel.Id(4)).Id(trained.Slots[2], TrainedModel.Id(i * 31)).Dense(0, 0.25f);
                _batch.EndRow();
            }
        }

        public (float[] Logits, ModelOutputBlocks Blocks) Predict()
        {
            var sections = new ModelSections();
            _trained.Model.Save(sections);
            _model.Load(sections);
            _layer.Lookup(_batch);
            var logits = new float[Candidates];
            _model.Predict(new PredictContext(_layer.Inputs, _batch, logits) { Outputs = _blocks });
            return (logits, _blocks);
        }

        public void Dispose() => _model.Dispose();
    }
}
