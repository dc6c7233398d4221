using Microsoft.Extensions.Options;
using Monolith.Embeddings.Streams.Files;

namespace Monolith.Embeddings.Streams;

/// <summary>The lines of files as bytes, as a log of records; otherwise as <see cref="LineSource"/>.</summary>
/// <remarks>A line has no line end, and is valid until the next one is read: copy what is to stay.</remarks>
/// <param name="files">Which files.</param>
/// <param name="options">How files are read; the defaults where null. Copied.</param>
/// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
/// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
public sealed class LineLog(LogFiles files, FileLogOptions? options = null, TimeProvider? timeProvider = null)
    : FileLog<ReadOnlyMemory<byte>>(files, options, timeProvider)
{
    /// <inheritdoc />
    protected override FileRecordFormat<ReadOnlyMemory<byte>> CreateFormat() => RawLineFormat.Instance;
}
