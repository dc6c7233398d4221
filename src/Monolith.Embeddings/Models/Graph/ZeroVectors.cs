using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// Finds schemas whose vectors all begin at zero: the gradient of a product of two vectors is the other one, so that none would ever learn.
/// </summary>
internal static class ZeroVectors
{
    /// <summary>
    /// Adds a message where all vectors begin at zero. One table whose vectors do not is enough: the others learn from those.
    /// </summary>
    public static void Refuse(FeatureSchema schema, SegmentLayout vector, OptionErrors errors)
    {
        var tables = vector.Columns.Select(c => schema.Tables[c.Slot.Table]).Distinct().ToArray();
        if (tables.Length == 0 || !tables.All(table => BeginsAtZero(table.Segments.First(s => s.Name == vector.Name)))) return;
        errors.Add("Schema", $"the '{vector.Name}' segments of all tables ({string.Join(", ", tables.Select(t => $"'{t.Name}'"))}) begin "
            + $"at zero, by their initializer or by an L1 that makes "
            + $"their first values zero, so that no interaction would ever learn. Set their {nameof(SegmentOptions.Initializer)}, for "
                + $"example to {nameof(UniformInitializerOptions)}, or lower L1.");
    }

    private static bool BeginsAtZero(SegmentOptions segment)
    {
        float? largest = segment.Initializer switch
        {
            ConstantInitializerOptions constant => MathF.Abs(constant.Value),
            UniformInitializerOptions uniform => Math.Max(MathF.Abs(uniform.Minimum), MathF.Abs(uniform.Maximum)),
            _ => null,
        };
        return largest is { } value && (value == 0
            || (segment.Optimizer is FtrlOptions { L1: > 0 } ftrl && FirstZ(value, ftrl) <= ftrl.L1));
    }

    // What FTRL compares with L1 before the first step.
    private static float FirstZ(float weight, FtrlOptions ftrl) =>
        weight * (ftrl.Beta + MathF.Sqrt(ftrl.InitialAccumulator)) / ftrl.LearningRate;
}
