using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests;

/// <summary>A user's own model and source, by the public API alone.</summary>
public class OwnModelTests
{
    [Test]
    public async Task The_trainer_runs_a_model_and_a_source_that_its_user_wrote()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Bias(new SgdOptions { LearningRate = 0.5f }));
        builder.Slot("user", "users");
        builder.Task("click");
        var schema = builder.Build();
        using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1 << 24 });
        using var model = new SumOfBiases(schema);
        var trainer = new OnlineTrainer(tables, model, new Alternating(schema));
        var report = await trainer.RunAsync();
        Assert.That((report.Examples, report.Rows), Is.EqualTo((1000, 2)));
        Assert.That(report.Total.Auc, Is.GreaterThan(0.99));
        Assert.That(trainer.Position, Is.EqualTo(Alternating.After(100)));
    }

    /// <summary>logit = the sum of the biases; nothing dense to learn.</summary>
    private sealed class SumOfBiases(FeatureSchema schema) : OnlineModel
    {
        public override string Name => "sum-of-biases";

        public override FeatureSchema Schema => schema;

        public override void Predict(in PredictContext context)
        {
            var segment = schema.Layout.Find(RowBuilder.BiasName)!;
            var biases = context.Inputs.Block(segment);
            for (var row = 0; row < context.Rows; row++)
            {
                context.Logits[row] = 0;
                foreach (var bias in biases.Slice(row * segment.Width, segment.Width)) context.Logits[row] += bias;
            }
        }

        public override void Train(in TrainContext context)
        {
            Predict(context.Prediction);
            context.ForwardDone();
            var segment = schema.Layout.Find(RowBuilder.BiasName)!;
            for (var row = 0; row < context.Rows; row++)
            {
                var delta = 1 / (1 + MathF.Exp(-context.Logits[row])) - context.Examples.Labels(schema.Tasks[0])[row];
                context.Gradients.Block(segment).Slice(row * segment.Width, segment.Width).Fill(delta);
            }
        }

        public override void Save(ModelSections sections)
        {
        }

        public override void Load(ModelSections sections) => sections.RequireAllRead();
    }

    /// <summary>A hundred batches of ten: user 0 never clicks, and user 1 always does.</summary>
    private sealed class Alternating(FeatureSchema schema) : ExampleSource
    {
        private readonly ExampleBatchPool _pool = new(schema);

        public override FeatureSchema Schema => schema;

        public override bool CanRewind => true;

        public override bool IsDeterministic => true;

        public static StreamPosition After(int batches)
        {
            var bytes = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, batches);
            return new StreamPosition(bytes);
        }

        public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
            StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var batch = from.IsStart ? 0 : BinaryPrimitives.ReadInt32LittleEndian(from.Bytes.Span); batch < 100; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                var examples = _pool.Rent();
                for (var row = 0; row < 10; row++)
                {
                    examples.BeginExample().Id(schema.Slots[0], row % 2).Label(schema.Tasks[0], row % 2 == 1).At(1_700_000_000_000 + batch);
                    examples.EndRow();
                }
                examples.Position = After(batch + 1);
                yield return examples;
            }
        }
    }
}
