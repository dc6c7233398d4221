using System.Text;
using Microsoft.Extensions.Configuration;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.TestKit;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>The messages of exceptions about numbers.</summary>
internal static class ExceptionTexts
{
    public static string[] All()
    {
        using var tables = Tables.Filled();
        var table = tables["items"];
        var (batch, schema) = (new ExampleBatch(Tables.Schema()), Tables.Schema());
        return
        [
            Of(() => FeatureId.Of(-1, 0)), Of(() => FeatureId.Of(0, -1234567)),
            Of(() => FeatureId.Slot(-1234567)), Of(() => FeatureId.Value(-5)),
            Of(() => CsvColumn.FromIndex(-1)), Of(() => new FeatureBlocks(schema.Layout).Resize(-2)),
            Of(() => batch.BeginExample().Label(batch.Schema.Tasks[0], -0.5f)), Of(() => batch.BeginExample().Weight(-1234.5f)),
            Of(() => batch.BeginExample().LogitOffset(batch.Schema.Tasks[0], float.NegativeInfinity)),
            Of(() => batch.BeginExample().Dense(-3, 1)),
            Of(() => batch.BeginExample().Dense(0, float.NegativeInfinity)),
            Of(() => table.EnumerateRows(-5)), Of(() => table.Lookup([1, 2], new float[5])),
            Of(() => table.Assign([1], [1.5f], At.Seconds(0))),
            Of(() => table.ApplyGradients([1], [1, 2, 3], [-5], At.Seconds(0))),
            Of(() => table.Assign([-1234567], [float.NaN, 1, 1], At.Seconds(0))), Of(() => table.Assign([1], [1, 1, 1], default)),
            Of(() => _ = tables["none"]),
            Of(() => _ = new EmbeddingTable(new EmbeddingTableOptions(), new EmbeddingTableSetOptions { MemoryLimitBytes = -5 })),
            Of(() => new AdagradOptions { LearningRate = -1234.5f }.Create()),
            Of(() => new NormalInitializerOptions { StandardDeviation = -0.5f }.Create()),
            Of(() => _ = new DeepFm(schema, new DeepFmOptions { Hidden = { -5 } })),
            Of(() => SnapshotManifest.Parse("{}"u8)), Of(() => SnapshotManifest.Parse("{\"format\": -1.5e3}\n#00000000"u8)),
            Of(() => TableImport.ReadNpzAsync(table, new MemoryStream([1, 2, 3])).GetAwaiter().GetResult()),
            Of(() => Csv("1;2,5\n")), Of(() => Csv("1;-1.5\n")), Of(() => Csv("-3;1\n")),
            Of(() => Configured("1234.5", "0,05")), Of(() => Configured("-1234", "-0.05")),
            Of(new OptimizerContract(() => new WrongOptimizer()).Verify),
        ];
    }

    private static string Of(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            return $"{exception.GetType().Name}: {exception.Message}";
        }
        throw new InvalidOperationException("An exception was expected.");
    }

    private static void Csv(string lines)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, lines);
            var options = new CsvOptions { Delimiter = ';', HasHeader = false };
            try
            {
                var sum = new CsvReader<double>([0, 1], row => row.Int64(0, -2, 1234567) + row.Double(1, -0.5, 1234.5), options);
                _ = sum.Read(path).Count();
            }
            catch (MalformedLineException exception)
            {
                throw new FormatException(exception.Message.Replace(path, "file", StringComparison.Ordinal));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Configured(string seed, string rate)
    {
        var json = $"{{ \"Seed\": \"{seed}\", \"Optimizer\": {{ \"Type\": \"sgd\", \"LearningRate\": \"{rate}\" }} }}";
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        new PlugInRegistry().Read<DeepFmOptions>(configuration);
    }

    /// <summary>Its update depends on how often it was called.</summary>
    private sealed class WrongOptimizer : Optimizer
    {
        private float _calls;

        public override string Name => "wrong";

        public override int StateLength(int dimension) => -1;

        public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

        public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context) =>
            weights.Fill(++_calls * -0.1f);
    }
}
