namespace Monolith.Embeddings.Models;

/// <summary>Where <see cref="SampledSoftmax"/> writes gradients, of the sum of weight times loss. All of them are written.</summary>
public readonly ref struct SampledSoftmaxGradients
{
    /// <summary>Receives those of the users' vectors, [rows, dimension].</summary>
    public required Span<float> Users { get; init; }

    /// <summary>Receives those of the positives' vectors, [rows, dimension].</summary>
    public required Span<float> Positives { get; init; }

    /// <summary>Receives those of the negatives' vectors, [rows, negatives, dimension].</summary>
    public required Span<float> Negatives { get; init; }
}
