using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>One part of a row: some weights that share an initializer and an optimizer.</summary>
public sealed class SegmentOptions : IValidatedOptions
{
    /// <summary>The largest dimension of a segment: 4,096.</summary>
    public const int MaxDimension = 4096;

    /// <summary>The name, unique in the row; segments of the same name in several tables form one input of the model.</summary>
    public string Name { get; set; } = "";

    /// <summary>How many weights, 1 to <see cref="MaxDimension"/>.</summary>
    public int Dimension { get; set; } = 1;

    /// <summary>How its weights learn. Default: <see cref="AdagradOptions"/>.</summary>
    public OptimizerOptions Optimizer { get; set; } = new AdagradOptions();

    /// <summary>Its first weights. Default: <see cref="ConstantInitializerOptions"/>, zeros.</summary>
    public InitializerOptions Initializer { get; set; } = new ConstantInitializerOptions();

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.Require(!string.IsNullOrWhiteSpace(Name), nameof(Name), "is empty; a segment needs a name.");
        errors.InRange(nameof(Dimension), Dimension, 1, MaxDimension);
        errors.Nested(nameof(Optimizer), Optimizer, (optimizer, found) => optimizer.CollectErrors(found, Dimension));
        errors.Nested(nameof(Initializer), Initializer);
    }
}
