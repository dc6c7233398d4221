// docs/guide/sources.md shows what stands between the two marks, to the letter; SourcesPageTests holds that.
// <page>
using System.Text.Json;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

public static class RawVisits
{
    /// <summary>Encodes from the bytes of a line: no record is made of it.</summary>
    public static LineSource Open(string path, VisitModel shop)
    {
        var click = shop.Schema.Tasks[0];
        var encoder = new ExampleEncoder<ReadOnlyMemory<byte>>(shop.Schema, (in ReadOnlyMemory<byte> line, ExampleWriter writer) =>
        {
            var json = new Utf8JsonReader(line.Span);
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName) continue;
                var name = json.GetString();
                json.Read();
                if (name == "User") writer.Id(shop.User, json.GetInt64());
                else if (name == "Item") writer.Id(shop.Item, json.GetInt64());
                else if (name == "Clicked") writer.Label(click, json.GetBoolean());
                else if (name == "At") writer.At(json.GetDateTimeOffset());
            }
        });
        return new(LogFiles.Rotating(path), encoder, null, new() { Follow = false });
    }
}
// </page>
