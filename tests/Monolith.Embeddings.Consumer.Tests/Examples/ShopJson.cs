using System.Text.Json.Serialization;

namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>Reads <see cref="Shown"/> and <see cref="Clicked"/> from JSON.</summary>
[JsonSerializable(typeof(Shown))]
[JsonSerializable(typeof(Clicked))]
internal sealed partial class ShopJson : JsonSerializerContext;
