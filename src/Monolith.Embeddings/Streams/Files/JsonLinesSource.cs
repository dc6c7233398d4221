using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Files;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// JSON Lines: files whose every line is one value of JSON, in UTF-8. They grow and rotate meanwhile, and may be gzip; see
/// <see cref="FileLogSource{TRecord}"/>. Blank lines are passed over; a line that is no such value is a bad record.
/// </summary>
/// <example>
/// <code>
/// // [JsonSerializable(typeof(View))] partial class ViewJson : JsonSerializerContext;
/// var source = new JsonLinesSource&lt;View&gt;(LogFiles.Rotating("logs/views.jsonl"), ViewJson.Default.View, encoder);
/// </code>
/// </example>
/// <typeparam name="TRecord">The application's record.</typeparam>
/// <param name="files">Which files.</param>
/// <param name="type">How the record reads from JSON: what the source generator makes, so that nothing is reflected on.</param>
/// <param name="encoder">Writes records as examples.</param>
/// <param name="options">How batches are made, and what is done about bad records; the defaults where null. Copied.</param>
/// <param name="fileOptions">How files are read; the defaults where null. Copied.</param>
/// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
/// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
public sealed class JsonLinesSource<TRecord>(
    LogFiles files, JsonTypeInfo<TRecord> type, ExampleEncoder<TRecord> encoder, RecordOptions<TRecord>? options = null,
    FileLogOptions? fileOptions = null, TimeProvider? timeProvider = null)
    : FileLogSource<TRecord>(files, encoder, options, fileOptions, timeProvider)
{
    private readonly JsonTypeInfo<TRecord> _type = type ?? throw new ArgumentNullException(nameof(type));

    /// <inheritdoc />
    protected override FileRecordFormat<TRecord> CreateFormat() => new JsonLineFormat<TRecord>(_type);
}
