using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>Where global biases begin: at the log-odds of the first labels, counted here again by their definition.</summary>
public class BiasStartTests
{
    private const int Rows = 20, Examples = 150;

    // The second task lacks each third label, so that it follows for longer.
    [TestCase(FeedbackCorrection.None)]
    [TestCase(FeedbackCorrection.FakeNegativeWeighting)]
    [TestCase(FeedbackCorrection.DelayModel)]
    public void A_bias_follows_the_first_labels_of_its_task_and_then_stays(FeedbackCorrection correction)
    {
        using var run = new Run(correction);
        var (positives, negatives, counts) = (new double[2], new double[2], new int[2]);
        for (var batch = 0; batch < 15; batch++)
        {
            var before = run.Biases();
            run.Train(batch);
            // What is predicted of a batch does not know its labels: all inputs are 0, so that the logit is the bias.
            Assert.That(run.Logits, Is.EqualTo(Enumerable.Repeat(before, Rows).SelectMany(bias => bias)));
            for (var task = 0; task < 2; task++)
            {
                for (var row = 0; row < Rows && counts[task] < Examples; row++)
                {
                    var (label, offset, weight) = Run.Example(batch, row, task);
                    if (float.IsNaN(label)) continue;
                    positives[task] += weight * label;
                    negatives[task] += weight * (1 - label) * (correction == FeedbackCorrection.DelayModel ? 1 : Math.Exp(offset));
                    counts[task]++;
                }
                var odds = (positives[task] + 0.5) / (negatives[task] + 0.5);
                if (correction == FeedbackCorrection.FakeNegativeWeighting) odds /= 1 - odds;
                Assert.That(run.Biases()[task], Is.EqualTo(Math.Log(odds)).Within(1e-4), $"batch {batch}, task {task}");
            }
        }
        Assert.That(counts, Is.All.EqualTo(Examples));
    }

    [Test]
    public void A_model_that_was_saved_goes_on_with_the_same_bits([Values(3, 9, 14)] int at)
    {
        using var whole = new Run();
        using var first = new Run();
        for (var batch = 0; batch < at; batch++)
        {
            whole.Train(batch);
            first.Train(batch);
        }
        var bytes = new MemoryStream();
        first.Model.Save(bytes);
        using var second = new Run();
        bytes.Position = 0;
        second.Model.Load(bytes);
        var sections = new ModelSections();
        second.Model.Save(sections);
        // Both tasks have seen their examples after 12 batches: then nothing of it is saved.
        Assert.That(sections.Names.Contains("bias-start"), Is.EqualTo(at < 12));
        for (var batch = at; batch < 20; batch++)
        {
            whole.Train(batch);
            second.Train(batch);
            Assert.That(second.Biases(), Is.EqualTo(whole.Biases()));
        }
    }

    [Test]
    public void A_model_without_it_reads_one_with_it_and_one_with_it_begins_no_second_time()
    {
        using var with = new Run();
        using var without = new Run(examples: 0);
        with.Train(0);
        without.Train(0);
        Assert.That(without.Biases(), Is.All.EqualTo(0).Within(1e-4));
        var (own, other) = (new MemoryStream(), new MemoryStream());
        with.Model.Save(own);
        without.Model.Save(other);
        (own.Position, other.Position) = (0, 0);
        var biases = with.Biases();
        without.Model.Load(own);
        Assert.That(without.Biases(), Is.EqualTo(biases));
        without.Train(1);
        Assert.That(without.Biases(), Is.EqualTo(biases).Within(1e-4));
        with.Model.Load(other);
        with.Train(1);
        Assert.That(with.Biases(), Is.All.EqualTo(0).Within(1e-4));
    }

    [Test]
    public void Damage_is_refused_and_changes_nothing()
    {
        using var run = new Run();
        run.Train(0);
        foreach (var damaged in new byte[][] { [], [1, 0, 0, 0], [2, 0, 0, 0, .. Enumerable.Repeat((byte)255, 64)] })
        {
            var sections = new ModelSections();
            run.Model.Save(sections);
            sections.Remove("bias-start");
            sections.AddBytes("bias-start", SectionRole.TrainingState, damaged);
            var biases = run.Biases();
            Assert.That(() => run.Model.Load(sections), Throws.InstanceOf<InvalidDataException>());
            Assert.That(run.Biases(), Is.EqualTo(biases));
        }
    }

    [Test]
    public void Gradients_that_are_handed_back_leave_the_biases_to_their_owner()
    {
        using var run = new Run();
        run.Train(0, handBack: true);
        Assert.That(run.Biases(), Is.All.Zero);
    }

    [TestCase(-1)]
    [TestCase(1_000_000_001)]
    public void Absurd_numbers_of_examples_are_refused(int examples) =>
        Assert.That(() => new Run(examples: examples),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("InitialBiasExamples"));

    /// <summary>A logistic regression over inputs that are all 0, whose dense weights hardly learn.</summary>
    private sealed class Run : IDisposable
    {
        private readonly ModelFixture _fixture;

        public Run(FeedbackCorrection correction = FeedbackCorrection.None, int examples = Examples)
        {
            _fixture = new ModelFixture([correction, correction], biasHeads: 1, denseWidth: 0);
            Model = (LogisticRegression)ModelFixture.Create("lr", _fixture.Schema, new SgdOptions { LearningRate = 1e-8f },
                configure: options => (options.InitialBias, options.InitialBiasExamples) = (0, examples));
        }

        public LogisticRegression Model { get; }

        public float[] Logits { get; private set; } = [];

        // Few positives, some labels between, offsets as of drawn negatives.
        public static (float Label, float Offset, float Weight) Example(int batch, int row, int task)
        {
            var random = new Random(1000 * batch + 10 * row + task);
            var label = random.Next(9) == 0 ? 0.5f : random.Next(8) == 0 ? 1 : 0;
            return (task == 1 && row % 3 == 0 ? float.NaN : label, random.NextSingle() + 1, (row % 2) + 1);
        }

        public float[] Biases()
        {
            var weights = new float[Model.Parameters[0].Length];
            Model.Parameters[0].Read(weights);
            return weights[..2];
        }

        public void Train(int batch, bool handBack = false)
        {
            using var examples = new ExampleBatch(_fixture.Schema);
            for (var row = 0; row < Rows; row++)
            {
                var writer = examples.BeginExample();
                foreach (var task in _fixture.Schema.Tasks)
                {
                    var (label, offset, weight) = Example(batch, row, task.Index);
                    writer.Label(task, label).LogitOffset(task, offset).Weight(weight);
                }
                examples.EndRow();
            }
            _fixture.Inputs.Resize(Rows);
            _fixture.Gradients.Resize(Rows);
            Logits = new float[2 * Rows];
            Model.Train(new TrainContext(_fixture.Inputs, examples, _fixture.Gradients, Logits)
            {
                DenseGradients = handBack ? new DenseGradients(Model) : null,
            });
        }

        public void Dispose() => Model.Dispose();
    }
}
