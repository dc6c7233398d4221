using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Exchange;

/// <summary>How <see cref="TableExport"/> writes text.</summary>
public sealed class TsvExportOptions : IValidatedOptions
{
    /// <summary>The most rows to write, at least 1. Default 1,000: it is meant for a look, not for a copy.</summary>
    public long MaxRows { get; set; } = 1000;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors) => errors.InRange(nameof(MaxRows), MaxRows, 1);
}
