using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>What a built-in model takes from its schema: one task, the biases, and the vectors where it uses them.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Task">The task to learn.</param>
/// <param name="Bias">The block of biases.</param>
/// <param name="Vector">The block of vectors; null where the model has no use for it.</param>
internal sealed record ModelInputs(FeatureSchema Schema, LabelTask Task, SegmentLayout Bias, SegmentLayout? Vector)
{
    /// <summary>The dimension of each vector.</summary>
    public int Dimension => Vector?.Columns[0].Dimension ?? 0;

    /// <summary>Finds them, or throws once for everything that is wrong with the options and the schema.</summary>
    public static ModelInputs Of(FeatureSchema schema, OnlineModelOptions options, bool usesVectors)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var errors = new OptionErrors();
        options.CollectErrors(errors);
        RefuseSequences(schema, errors);
        var task = FindTask(schema, options.Task, errors);
        var bias = FindSegment(schema, RowBuilder.BiasName, errors);
        var vector = usesVectors ? FindSegment(schema, RowBuilder.VectorName, errors) : null;
        if (vector is not null) RequireOneDimension(vector, errors);
        if (vector is not null && !options.LearnsFromZeroVectors(schema.DenseWidth)) ZeroVectors.Refuse(schema, vector, errors);
        options.CollectShapeErrors(schema.DenseWidth, vector?.Width ?? 0, errors);
        errors.ThrowIfAny(options.GetType());
        return new ModelInputs(schema, task!, bias!, vector);
    }

    /// <summary>
    /// How many of the first elements of the vectors all rows of a batch share: those of the slots up to the first that it does not share.
    /// </summary>
    public int SharedWidth(FeatureBatch batch)
    {
        var shared = 0;
        // One row shares nothing. By place, since enumerating a list through its interface would allocate.
        for (var i = 0; batch.Rows > 1 && i < (Vector?.Columns.Count ?? 0) && batch.IsShared(Vector!.Columns[i].Slot); i++)
            shared += Vector.Columns[i].Width;
        return shared;
    }

    private static void RefuseSequences(FeatureSchema schema, OptionErrors errors)
    {
        if (schema.Layout.Sequences.Count == 0) return;
        errors.Add("Schema", $"the model reads pooled slots only, but the schema has sequences: "
            + $"{string.Join(", ", schema.Layout.Sequences.Select(s => $"'{s.Slot.Name}'").Distinct())}.");
    }

    private static LabelTask? FindTask(FeatureSchema schema, string? name, OptionErrors errors)
    {
        var known = string.Join(", ", schema.Tasks.Select(t => $"'{t.Name}'"));
        var task = name is null && schema.Tasks.Count == 1 ? schema.Tasks[0] : schema.Tasks.FirstOrDefault(t => t.Name == name);
        if (task is null)
        {
            errors.Add(nameof(OnlineModelOptions.Task),
                schema.Tasks.Count == 0 ? "the schema has no task to learn; add one by FeatureSchemaBuilder.Task."
                : name is null ? $"is null, but the schema has {schema.Tasks.Count} tasks: {known}. Name the one to learn."
                : $"'{name}' is not a task of the schema, which has {known}.");
        }
        return task;
    }

    private static SegmentLayout? FindSegment(FeatureSchema schema, string name, OptionErrors errors)
    {
        var segment = schema.Layout.Find(name);
        if (segment is null)
        {
            errors.Add("Schema", $"no slot's table has a segment called '{name}', which the model needs; segments: "
                + $"{string.Join(", ", schema.Layout.Segments.Select(s => $"'{s.Name}'"))}.");
        }
        return segment;
    }

    private static void RequireOneDimension(SegmentLayout vector, OptionErrors errors)
    {
        if (vector.Columns.Select(c => c.Dimension).Distinct().Count() == 1) return;
        var dimensions = vector.Columns.Select(c => $"'{c.Slot.Name}' {c.Dimension}");
        errors.Add("Schema", $"the '{vector.Name}' segments must have one dimension in all slots, so that they can interact; they have "
            + $"{string.Join(", ", dimensions)}.");
    }
}
