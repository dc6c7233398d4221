using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// What a reader does about lines that it cannot read: it reports each, skips it, and gives up when there are more than
/// <see cref="Limit"/> in one reading of a file. Set it up before the reading starts.
/// </summary>
public sealed class MalformedLines : IValidatedOptions
{
    /// <summary>
    /// How many malformed lines one reading of a file skips; the next one throws <see cref="MalformedLineException"/>. At least 0;
    /// <see cref="long.MaxValue"/> for no limit. Default 0, which stops at the first.
    /// </summary>
    public long Limit { get; set; }

    /// <summary>
    /// Receives every malformed line, also the one that ends the reading. Called on the reading thread; what it throws ends the reading.
    /// Default null: none is called.
    /// </summary>
    public IProgress<MalformedLine>? Report { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Limit >= 0, nameof(Limit), $"{Limit} is negative; it is a number of lines, 0 to stop at the first.");
    }
}
