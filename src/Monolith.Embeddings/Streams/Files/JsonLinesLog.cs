using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Streams.Files;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// JSON Lines as a log of records: files whose every line is one value of JSON, in UTF-8; otherwise as
/// <see cref="JsonLinesSource{TRecord}"/>.
/// </summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
/// <param name="files">Which files.</param>
/// <param name="type">How the record reads from JSON: what the source generator makes, so that nothing is reflected on.</param>
/// <param name="options">How files are read; the defaults where null. Copied.</param>
/// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
/// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
public sealed class JsonLinesLog<TRecord>(
    LogFiles files, JsonTypeInfo<TRecord> type, FileLogOptions? options = null, TimeProvider? timeProvider = null)
    : FileLog<TRecord>(files, options, timeProvider)
{
    private readonly JsonTypeInfo<TRecord> _type = type ?? throw new ArgumentNullException(nameof(type));

    /// <inheritdoc />
    protected override FileRecordFormat<TRecord> CreateFormat() => new JsonLineFormat<TRecord>(_type);
}
