using System.Text.Json.Serialization;

namespace Monolith.Embeddings.Tests.Streams.Files;

[JsonSerializable(typeof(Numbered))]
internal sealed partial class NumberedJson : JsonSerializerContext;
