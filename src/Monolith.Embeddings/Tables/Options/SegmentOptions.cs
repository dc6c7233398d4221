using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>One part of a row: some weights that share an initializer and an optimizer.</summary>
public sealed class SegmentOptions : IValidatedOptions
{
    /// <summary>The largest dimension of a segment: 4,096.</summary>
    public const int MaxDimension = 4096;

    /// <summary>
    /// The name, unique in the row: not blank, well-formed UTF-16, of up to <see cref="EmbeddingTableOptions.MaxNameBytes"/> bytes in
    /// UTF-8; segments of the same name in several tables form one input of the model.
    /// </summary>
    public string Name { get; set; } = "";

    /// <summary>How many weights, 1 to <see cref="MaxDimension"/>.</summary>
    public int Dimension { get; set; } = 1;

    /// <summary>How its weights learn. Default: <see cref="AdagradOptions"/>.</summary>
    public OptimizerOptions Optimizer { get; set; } = new AdagradOptions();

    /// <summary>Its first weights. Default: <see cref="ConstantInitializerOptions"/>, zeros.</summary>
    public InitializerOptions Initializer { get; set; } = new ConstantInitializerOptions();

    /// <summary>
    /// How its weights are stored. Rules calculate in 32 bits whatever is stored; with 16, what a gradient made of a weight is rounded up
    /// or down at random, so that many small steps move it as far as they should, and values that are assigned or born are rounded to the
    /// nearest. The random bits are drawn for each id and step, so that <c>ApplyGradients</c> must be told the step, one that goes up from
    /// call to call. Default <see cref="RowPrecision.Float32"/>.
    /// </summary>
    public RowPrecision Precision { get; set; }

    /// <summary>
    /// How the optimizer's state is stored: <see cref="RowPrecision.Float32"/>, the default, or <see cref="RowPrecision.BFloat16"/>,
    /// rounded as the weights are, by bits drawn for each id and step.
    /// </summary>
    public RowPrecision StatePrecision { get; set; }

    /// <summary>
    /// The format whose rounding the model learns with: <c>LookupOrAdmit</c> of <see cref="EmbeddingTable"/> then reads what a replica
    /// of that format would, while gradients go straight through to the weights as they are stored, and <see
    /// cref="EmbeddingTable.Lookup(ReadOnlySpan{long}, Span{float})"/> reads those. Default null: both read the weights.
    /// </summary>
    public RowCodecOptions? FakeQuantization { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        StoredNames.Collect(errors, nameof(Name), Name, "a segment");
        errors.InRange(nameof(Dimension), Dimension, 1, MaxDimension);
        errors.Nested(nameof(Optimizer), Optimizer, (optimizer, found) => optimizer.CollectErrors(found, Dimension));
        errors.Nested(nameof(Initializer), Initializer);
        errors.Require(
            Enum.IsDefined(Precision), nameof(Precision), $"{Precision} is none of {string.Join(", ", Enum.GetNames<RowPrecision>())}.");
        errors.Require(StatePrecision is RowPrecision.Float32 or RowPrecision.BFloat16, nameof(StatePrecision),
            $"{StatePrecision} is neither {nameof(RowPrecision.Float32)} nor {nameof(RowPrecision.BFloat16)}; the squares of gradients "
            + "need their range.");
        if (FakeQuantization is not null) errors.Nested(nameof(FakeQuantization), FakeQuantization);
        if (Optimizer is not null && NestedOptions.Ask(Optimizer, o => o.NeedsExactWeights, false)) RequireExactWeights(errors);
    }

    internal SegmentOptions Copy() => (SegmentOptions)MemberwiseClone();

    private void RequireExactWeights(OptionErrors errors)
    {
        var rule = Optimizer.GetType().Name;
        errors.Require(Precision == RowPrecision.Float32, nameof(Precision),
            $"{Precision} cannot hold the weights of {rule}, which must be exact. Leave it {nameof(RowPrecision.Float32)}.");
        errors.Require(
            FakeQuantization is null, nameof(FakeQuantization), $"would round the weights of {rule}, which must be exact. Leave it null.");
    }
}
