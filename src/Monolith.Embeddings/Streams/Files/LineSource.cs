using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Files;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// The lines of files as bytes, for encoders that read them themselves: nothing is allocated for a line. Files grow and rotate meanwhile,
/// and may be gzip; see <see cref="FileLogSource{TRecord}"/>. Empty lines are passed over.
/// </summary>
/// <remarks>
/// A line has no line end, and is valid until its encoder returns, or, of a bad record, its handler: copy what is to stay.
/// </remarks>
/// <param name="files">Which files.</param>
/// <param name="encoder">Writes lines as examples. What it throws makes a line a bad record.</param>
/// <param name="options">How batches are made, and what is done about bad records; the defaults where null. Copied.</param>
/// <param name="fileOptions">How files are read; the defaults where null. Copied.</param>
/// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
/// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
public sealed class LineSource(
    LogFiles files, ExampleEncoder<ReadOnlyMemory<byte>> encoder, RecordOptions<ReadOnlyMemory<byte>>? options = null,
    FileLogOptions? fileOptions = null, TimeProvider? timeProvider = null)
    : FileLogSource<ReadOnlyMemory<byte>>(files, encoder, options, fileOptions, timeProvider)
{
    /// <inheritdoc />
    protected override FileRecordFormat<ReadOnlyMemory<byte>> CreateFormat() => RawLineFormat.Instance;
}
