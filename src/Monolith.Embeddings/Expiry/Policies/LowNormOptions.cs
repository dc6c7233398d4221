using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when its weights have become, or have stayed, small. Options of <see cref="LowNorm"/>.</summary>
public sealed class LowNormOptions : ExpiryPolicyOptions
{
    /// <summary>Creates the defaults.</summary>
    public LowNormOptions()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="bound">The Euclidean norm below which a row is expired.</param>
    /// <param name="segment">Whose weights count; null for all.</param>
    public LowNormOptions(double bound, string? segment = null) => (Bound, Segment) = (bound, segment);

    /// <summary>The Euclidean norm below which a row is expired, more than 0; a row of exactly this norm stays. Default 1e-6: rows that a
    /// sparse optimizer has set to zeros.</summary>
    public double Bound { get; set; } = 1e-6;

    /// <summary>The name of the segment whose weights count; null (the default) for those of the whole row.</summary>
    public string? Segment { get; set; }

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">A segment is named, and only a table knows where it stands.</exception>
    public override ExpiryPolicy Create() => Segment is null
        ? new LowNorm(this, ..)
        : throw new InvalidOperationException(
            $"Only a table knows where segment '{Segment}' stands in its rows; call {nameof(Create)} with its traits.");

    /// <inheritdoc />
    public override ExpiryPolicy Create(TableTraits table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (Segment is null) return Create();
        var segment = table.Segments.Single(s => s.Name == Segment);
        return new LowNorm(this, segment.Offset..(segment.Offset + segment.Dimension));
    }

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors) => errors.GreaterThan(nameof(Bound), Bound, 0);

    /// <inheritdoc />
    public override void CollectTableErrors(OptionErrors errors, TableTraits table) =>
        errors.Require(Segment is null || table.Segments.Any(s => s.Name == Segment), nameof(Segment),
            $"The table has no segment '{Segment}'; known: {string.Join(", ", table.Segments.Select(s => $"'{s.Name}'"))}.");
}
