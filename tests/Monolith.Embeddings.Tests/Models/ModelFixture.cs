using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>A schema with every kind of slot, random inputs and examples of it, and a model to run on them.</summary>
internal sealed class ModelFixture
{
    public ModelFixture(int dimension = 4, int denseWidth = 3, int tasks = 1, int firstN = 3, int extraSlots = 0,
        FeedbackCorrection correction = FeedbackCorrection.None)
        : this([.. Enumerable.Repeat(correction, tasks)], 1, dimension, denseWidth, firstN, extraSlots)
    {
    }

    /// <summary>A task for each correction.</summary>
    public ModelFixture(
        FeedbackCorrection[] corrections, int biasHeads, int dimension = 4, int denseWidth = 3, int firstN = 3, int extraSlots = 0)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", r => r.Bias(new SgdOptions(), heads: biasHeads).Vector(dimension, new SgdOptions()));
        builder.Table("items", r => r.Vector(dimension, new SgdOptions()).Bias(new SgdOptions(), heads: biasHeads)
            .Segment("other", 2, new SgdOptions(), new ConstantInitializerOptions()));
        builder.Slot("user", "users");
        builder.Slot("item", "items", Pooling.Mean);
        if (firstN > 0) builder.Slot("recent", "items", Pooling.FirstN, maxIds: firstN);
        for (var i = 0; i < extraSlots; i++) builder.Slot($"extra{i}", "users");
        for (var i = 0; i < corrections.Length; i++) builder.Task($"task{i}", new() { Correction = corrections[i] });
        builder.Dense(denseWidth);
        Schema = builder.Build();
        (Inputs, Gradients) = (new FeatureBlocks(Schema.Layout), new FeatureBlocks(Schema.Layout));
        Examples = new ExampleBatch(Schema);
    }

    public FeatureSchema Schema { get; }

    public FeatureBlocks Inputs { get; }

    public FeatureBlocks Gradients { get; }

    public ExampleBatch Examples { get; }

    public float[] Logits { get; private set; } = [];

    public SegmentLayout Bias => Schema.Layout.Find("bias")!;

    public SegmentLayout Vector => Schema.Layout.Find("vector")!;

    /// <summary>The three models over this schema.</summary>
    public static BuiltInModel Create(
        string name, FeatureSchema schema, OptimizerOptions? optimizer = null, int[]? hidden = null,
        Action<OnlineModelOptions>? configure = null)
    {
        OnlineModelOptions options = name switch
        {
            "lr" => new LogisticRegressionOptions(),
            "fm" => new FactorizationMachineOptions(),
            "deep" => new DeepFmOptions { Hidden = hidden ?? [7, 5], Seed = 11 },
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
        (options.Optimizer, options.InitialBias) = (optimizer ?? new AdagradOptions { LearningRate = 0.05f }, 0.3f);
        configure?.Invoke(options);
        return options switch
        {
            LogisticRegressionOptions own => new LogisticRegression(schema, own),
            FactorizationMachineOptions own => new FactorizationMachine(schema, own),
            _ => new DeepFm(schema, (DeepFmOptions)options),
        };
    }

    /// <summary>
    /// Fills inputs and examples with values that are functions of the seed; every kind of label, weight and offset occurs.
    /// </summary>
    public void Fill(int rows, int seed)
    {
        var random = new Random(seed);
        Inputs.Resize(rows);
        foreach (var segment in Schema.Layout.Segments)
        {
            foreach (ref var value in Inputs.Block(segment)) value = random.NextSingle() - 0.5f;
        }
        Examples.Clear();
        for (var row = 0; row < rows; row++) AddExample(random, row);
        Examples.Dense.CopyTo(Inputs.Dense);
        Logits = new float[rows * Schema.Tasks.Count];
    }

    public void Train(OnlineModel model) => Train(model, Examples, Logits);

    public void Train(OnlineModel model, ExampleBatch examples, float[] logits)
    {
        Gradients.Resize(Inputs.Rows);
        model.Train(new TrainContext(Inputs, examples, Gradients, logits));
    }

    public float[] Predict(OnlineModel model)
    {
        var logits = new float[Inputs.Rows * Schema.Tasks.Count];
        Predict(model, logits);
        return logits;
    }

    public void Predict(OnlineModel model, float[] logits) => model.Predict(new PredictContext(Inputs, Examples, logits));

    private void AddExample(Random random, int row)
    {
        var writer = Examples.BeginExample();
        for (var i = 0; i < Schema.DenseWidth; i++) writer.Dense(i, random.NextSingle() * 2 - 1);
        foreach (var task in Schema.Tasks)
        {
            var label = row % 5 == 4 ? 0.25f : random.Next(2);
            if ((row + 2 * task.Index) % 7 != 3) writer.Label(task, label);
            if (row % 3 == 1) writer.LogitOffset(task, random.NextSingle() * 2 - 1);
            // The first one waited not at all; some are not known.
            if (task.Correction == FeedbackCorrection.DelayModel && row % 6 != 5)
                writer.Delay(task, TimeSpan.FromHours(row == 0 ? 0 : random.NextDouble() * 3));
        }
        if (row % 4 == 2) writer.Weight(random.NextSingle() * 3);
        Examples.EndRow();
    }
}
