using System.Text.Json.Serialization;

namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>Reads a <see cref="View"/> from JSON.</summary>
[JsonSerializable(typeof(View))]
internal sealed partial class ViewJson : JsonSerializerContext;
