using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Calibration;

/// <summary>The correction behind a model: from labels through commits to what is served.</summary>
public class TrainerCalibrationTests : LeakChecked
{
    private const int Events = 40_000, BatchSize = 100;

    [TestCase(CalibrationMethod.Platt)]
    [TestCase(CalibrationMethod.Isotonic)]
    public async Task What_is_scored_is_right_and_what_the_model_says_alone_is_told_beside_it(CalibrationMethod method)
    {
        using var run = new Run(method: method);
        var last = await run.Trainer.RunAsync();
        Assert.That(last.UncorrectedWindow!.Value.Calibration, Is.Not.EqualTo(1).Within(0.2));
        Assert.That(last.Window.Calibration, Is.EqualTo(1).Within(0.1));
        Assert.That(last.Window.LogLoss, Is.LessThan(0.95 * last.UncorrectedWindow.Value.LogLoss));
        Assert.That(last.Window.ExpectedCalibrationError, Is.LessThan(0.5 * last.UncorrectedWindow.Value.ExpectedCalibrationError));
        Assert.That(last.Total.Examples, Is.EqualTo(last.UncorrectedTotal!.Value.Examples));
        // By one slope and one intercept a window's order stays, except for what was learned in between.
        Assert.That(last.Window.Auc, Is.EqualTo(last.UncorrectedWindow.Value.Auc).Within(0.01));
    }

    // A batch is predicted by what the batches before it taught.
    [Test]
    public async Task No_batch_is_corrected_by_its_own_labels()
    {
        using var run = new Run();
        var first = new List<float>();
        run.Scored = (_, logits) => { if (first.Count == 0) first.AddRange(logits); };
        await run.Trainer.RunAsync();
        var plain = Enumerable.Range(0, BatchSize).SelectMany(n => Enumerable.Repeat(SteepModel.LogitOf(Feature(n)), 2));
        Assert.That(first, Is.EqualTo(plain));
    }

    [TestCase(CalibrationMethod.Platt)]
    [TestCase(CalibrationMethod.Isotonic)]
    public async Task Replicas_and_live_predictors_serve_what_the_trainer_predicts_next(CalibrationMethod method)
    {
        var store = new MemorySnapshotStore();
        using var run = new Run(store, method: method);
        await run.Trainer.RunAsync();
        var expected = run.Model.Calibration!;
        await using var live = await LivePredictor.OpenAsync(run.Trainer, () => new SteepModel(run.Schema));
        await using var replica = await ModelReplica.OpenAsync(store, new SteepModel(run.Schema), new ModelReplicaOptions());
        foreach (var predictor in new Predictor[] { replica, live })
        {
            var served = Served(predictor, 0.4f);
            for (var task = 0; task < 2; task++)
            {
                var line = expected[run.Schema.Tasks[task]].Apply(SteepModel.LogitOf(0.4f));
                var logit = expected.Tables?[task].Apply(SteepModel.LogitOf(0.4f), expected[run.Schema.Tasks[task]]) ?? line;
                Assert.That(logit == line, Is.EqualTo(method == CalibrationMethod.Platt));
                Assert.That(served[task], Is.EqualTo(run.Schema.Tasks[task].Probability(logit)));
                Assert.That(served[task], Is.Not.EqualTo(run.Schema.Tasks[task].Probability(SteepModel.LogitOf(0.4f))).Within(0.02));
            }
        }
        await run.Trainer.DisposeAsync();
    }

    [TestCase(CalibrationMethod.Platt)]
    [TestCase(CalibrationMethod.Isotonic)]
    public async Task A_restart_goes_on_with_the_same_bits(CalibrationMethod method)
    {
        using var whole = new Run(method: method);
        var all = await whole.Trainer.RunAsync();
        var store = new MemorySnapshotStore();
        using (var first = new Run(store, events: Events / 2, method: method))
        {
            await first.Trainer.RunAsync();
            await first.Trainer.DisposeAsync();
        }
        using var second = new Run(store, method: method);
        var last = await second.Trainer.RunAsync();
        foreach (var task in whole.Schema.Tasks)
        {
            var (expected, found) = (whole.Model.Calibration![task], second.Model.Calibration![task]);
            Assert.That((found.Slope, found.Intercept), Is.EqualTo((expected.Slope, expected.Intercept)));
            Assert.That(Saved(second.Model), Is.EqualTo(Saved(whole.Model)));
        }
        Assert.That(last.Total, Is.EqualTo(all.Total));
        Assert.That(last.UncorrectedTotal, Is.EqualTo(all.UncorrectedTotal));
        await second.Trainer.DisposeAsync();
    }

    [Test]
    public async Task A_trainer_without_the_option_drops_it_and_one_with_it_takes_a_commit_without()
    {
        var store = new MemorySnapshotStore();
        foreach (var isOn in new[] { true, false, true })
        {
            using var run = new Run(store, isOn: isOn, events: 2000, endless: true);
            await run.LearnSomeAsync();
            Assert.That(run.Model.Calibration is not null, Is.EqualTo(isOn));
            await using var replica = await ModelReplica.OpenAsync(store, new SteepModel(run.Schema), new ModelReplicaOptions());
            var plain = run.Schema.Tasks[0].Probability(SteepModel.LogitOf(0.4f));
            Assert.That(Served(replica, 0.4f)[0], isOn ? Is.Not.EqualTo(plain) : Is.EqualTo(plain));
            await run.Trainer.DisposeAsync();
        }
    }

    [Test]
    public async Task With_another_method_the_line_goes_on()
    {
        var store = new MemorySnapshotStore();
        var slope = 1.0;
        foreach (var method in new[] { CalibrationMethod.Platt, CalibrationMethod.Isotonic, CalibrationMethod.Platt })
        {
            using var run = new Run(store, events: 2000, endless: true, method: method);
            await run.LearnSomeAsync();
            Assert.That(run.Model.Calibration!.Tables is not null, Is.EqualTo(method == CalibrationMethod.Isotonic));
            Assert.That(run.Model.Calibration[run.Schema.Tasks[0]].Slope, slope == 1 ? Is.LessThan(0.5) : Is.EqualTo(slope).Within(0.02));
            slope = run.Model.Calibration[run.Schema.Tasks[0]].Slope;
            await run.Trainer.DisposeAsync();
        }
    }

    [Test]
    public void Sections_of_other_corrections_leave_the_model_as_it_was()
    {
        using var run = new Run();
        byte[][] damaged = [[], [1, 0, 0, 0], [3, 0, 0, 0, 2, 0, 0, 0], [2, 0, 0, 0, 2, 0, 0, 0], [1, 0, 0, 0, 3, 0, 0, 0]];
        foreach (var bytes in damaged)
        {
            var sections = new ModelSections();
            run.Model.Save(sections);
            sections.AddBytes("task-calibration", SectionRole.Weights, bytes);
            Assert.That(() => run.Model.LoadWhole(sections), Throws.InstanceOf<InvalidDataException>());
            Assert.That(run.Model.Calibration, Is.Null);
        }
    }

    [Test]
    public void A_task_whose_negatives_are_not_final_is_refused_by_name() =>
        Assert.That(
            () => new Run(correction: FeedbackCorrection.DelayModel),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("'buy'").And.Message.Contains("Calibration"));

    [TestCase(CalibrationMethod.Platt)]
    [TestCase(CalibrationMethod.Isotonic)]
    public async Task Nothing_is_allocated_a_batch(CalibrationMethod method)
    {
        using var run = new Run(method: method);
        long before = 0, after = 0;
        var batches = 0;
        // On one thread between two callbacks: what correcting and scoring allocate.
        run.Scored = (_, _) =>
        {
            batches++;
            if (batches == 200) before = GC.GetAllocatedBytesForCurrentThread();
            if (batches > 200 && batches < 203) after = GC.GetAllocatedBytesForCurrentThread();
        };
        await run.Trainer.RunAsync();
        var batch = run.Batch();
        var logits = new float[2 * BatchSize];
        var calibration = run.Model.Calibration!;
        var start = GC.GetAllocatedBytesForCurrentThread();
        calibration.Apply(logits);
        calibration.Learn(batch, logits, 1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - start, Is.Zero);
        Assert.That((before, after), Is.Not.EqualTo((0L, 0L)));
    }

    private static float Feature(int n) => (float)(n * 0.6180339887 % 1 * 2 - 1);

    private static byte[] Saved(SteepModel model)
    {
        var sections = new ModelSections();
        model.Calibration!.Save(sections);
        return sections.Bytes("task-calibration").ToArray();
    }

    private static float[] Served(Predictor predictor, float feature)
    {
        using var request = predictor.Rent(1);
        request.Add().Dense(0, feature);
        var scores = new float[2];
        predictor.Predict(request, scores);
        return scores;
    }

    private sealed class Run : IDisposable
    {
        private readonly LabelTask[] _tasks;
        private readonly ExampleEncoder<int> _encoder;

        public Run(
            SnapshotStore? store = null, bool isOn = true, int events = Events, bool endless = false,
            FeedbackCorrection correction = FeedbackCorrection.None, CalibrationMethod method = CalibrationMethod.Platt)
        {
            var builder = new FeatureSchemaBuilder();
            builder.Table("items", row => row.Bias(new SgdOptions()));
            builder.Slot("item", "items");
            builder.Dense(1);
            _tasks = [builder.Task("click"), builder.Task("buy", new() { Correction = correction })];
            Schema = builder.Build();
            _encoder = new ExampleEncoder<int>(Schema, Encode);
            Tables = new EmbeddingTableSet(Schema, new() { MemoryLimitBytes = 64 << 20 });
            Model = new SteepModel(Schema);
            var options = new OnlineTrainerOptions
            {
                WindowExamples = 10_000,
                Calibration = isOn ? new() { Method = method, Memory = 20_000 } : null,
                Scored = (batch, logits) => Scored?.Invoke(batch, logits),
                Synchronization = { SparseEvery = Schedule.ByBatches(50) },
            };
            var source = ExampleSource.From(() => Enumerable.Range(0, endless ? int.MaxValue : events), _encoder, BatchSize);
            try
            {
                Trainer = store is null
                    ? new OnlineTrainer(Tables, Model, source, options)
                    : new OnlineTrainer(Tables, Model, source, store, options);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public FeatureSchema Schema { get; }

        public EmbeddingTableSet Tables { get; }

        public SteepModel Model { get; }

        public OnlineTrainer Trainer { get; } = null!;

        public ScoredBatchHandler? Scored { get; set; }

        public async Task LearnSomeAsync()
        {
            using var stopping = new CancellationTokenSource();
            var batches = 0;
            Scored = (_, _) => { if (++batches == 60) stopping.Cancel(); };
            try
            {
                await Trainer.RunAsync(cancellationToken: stopping.Token);
            }
            catch (OperationCanceledException)
            {
                // Committed at its end.
            }
        }

        public ExampleBatch Batch()
        {
            var batch = new ExampleBatch(Schema);
            for (var n = 0; n < BatchSize; n++) _encoder.Encode(n, batch);
            return batch;
        }

        public void Dispose()
        {
            Model.Dispose();
            Tables.Dispose();
        }

        // The truth is flatter than the model, another for each task, and lower.
        private void Encode(in int n, ExampleWriter writer)
        {
            var (feature, random) = (Feature(n), new Random(n));
            writer.Dense(0, feature);
            writer.Label(_tasks[0], random.NextDouble() < 1 / (1 + Math.Exp(-(feature - 1))));
            writer.Label(_tasks[1], random.NextDouble() < 1 / (1 + Math.Exp(-(2 * feature - 2))));
        }
    }
}
