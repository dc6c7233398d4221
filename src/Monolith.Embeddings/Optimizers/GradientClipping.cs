using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// What the gradient of one row is cut down to before an optimizer sees it; at least one limit is given. With both, values are clipped
/// first. The gradient is that of a segment of a row, summed over the batch; for the weights of a dense model, that of a whole matrix. Any
/// finite gradient comes out finite.
/// </summary>
public sealed class GradientClipping : IValidatedOptions
{
    /// <summary>The largest magnitude of an element: greater than 0; each is clipped alone. Default null: no limit.</summary>
    public float? Value { get; set; }

    /// <summary>
    /// The largest Euclidean norm: greater than 0; a longer gradient is scaled down to it (Pascanu, Mikolov and Bengio 2013). Default null:
    /// no limit.
    /// </summary>
    public float? Norm { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        if (Value is { } value) errors.GreaterThan(nameof(Value), value, 0);
        if (Norm is { } norm) errors.GreaterThan(nameof(Norm), norm, 0);
        errors.Require(Value is not null || Norm is not null, nameof(Value),
            $"and {nameof(Norm)} are both null, so that nothing would be clipped; set one, or no clipping.");
    }

    internal GradientClipping Copy() => (GradientClipping)MemberwiseClone();
}
