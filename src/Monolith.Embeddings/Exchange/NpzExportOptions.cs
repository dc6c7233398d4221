using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Exchange;

/// <summary>How <see cref="TableExport"/> writes a NumPy file.</summary>
public sealed class NpzExportOptions : IValidatedOptions
{
    /// <summary>Whether arrays are deflated, as <c>numpy.savez_compressed</c> does. Default false: weights hardly shrink.</summary>
    public bool Compress { get; set; }

    /// <summary>
    /// Where arrays are gathered while they are written: as many bytes as the file will have uncompressed, deleted at the end. Null (the
    /// default): the system's folder for temporary files.
    /// </summary>
    public string? TemporaryFolder { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors) =>
        errors.Require(
            TemporaryFolder is null || Directory.Exists(TemporaryFolder), nameof(TemporaryFolder), $"'{TemporaryFolder}' is no folder.");
}
