using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>What a built-in model takes from its schema: tasks, the biases, and the vectors where it uses them.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Heads">What it computes of each row.</param>
/// <param name="Bias">The block of biases.</param>
/// <param name="Vector">The block of vectors; null where the model has no use for it.</param>
internal sealed record ModelInputs(FeatureSchema Schema, ModelHeads Heads, SegmentLayout Bias, SegmentLayout? Vector)
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
        var tasks = HeadChoice.TasksOf(schema, options, errors);
        var heads = ModelHeads.NamesOf(tasks);
        var bias = FindSegment(schema, RowBuilder.BiasName, errors);
        if (bias is not null && heads.Length > 0) RequireBiasOfHeads(bias, heads, errors);
        var vector = usesVectors ? FindSegment(schema, RowBuilder.VectorName, errors) : null;
        if (vector is not null) RequireOneDimension(vector, errors);
        if (vector is not null && !options.LearnsFromZeroVectors(schema.Layout.DenseWidth)) ZeroVectors.Refuse(schema, vector, errors);
        options.CollectShapeErrors(schema.Layout.DenseWidth, vector?.Width ?? 0, heads.Length, errors);
        errors.ThrowIfAny(options.GetType());
        return new ModelInputs(schema, new ModelHeads(schema, tasks, options), bias!, vector);
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

    private static void RequireBiasOfHeads(SegmentLayout bias, string[] heads, OptionErrors errors)
    {
        var found = bias.Columns.Select(c => c.Dimension).Distinct().ToArray();
        if (found is [1] || (found is [var dimension] && dimension == heads.Length)) return;
        var needed = heads.Length == 1 ? "1" : $"1, which the tasks share, or {heads.Length}, one for each of "
            + $"{string.Join(", ", heads.Select(name => $"'{name}'"))}";
        errors.Add("Schema", $"the '{bias.Name}' segments must have one dimension in all slots: {needed}; they have "
            + $"{DimensionsOf(bias)}.");
    }

    private static string DimensionsOf(SegmentLayout segment) =>
        string.Join(", ", segment.Columns.Select(c => $"'{c.Slot.Name}' {c.Dimension}"));

    private static void RequireOneDimension(SegmentLayout vector, OptionErrors errors)
    {
        if (vector.Columns.Select(c => c.Dimension).Distinct().Count() == 1) return;
        errors.Add("Schema", $"the '{vector.Name}' segments must have one dimension in all slots, so that they can interact; they have "
            + $"{DimensionsOf(vector)}.");
    }
}
