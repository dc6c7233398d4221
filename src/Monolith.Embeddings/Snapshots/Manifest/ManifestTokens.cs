using System.Text;
using System.Text.Json;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>The tokens of a manifest, each asked for by what it must be.</summary>
internal ref struct ManifestTokens(ReadOnlySpan<byte> bytes)
{
    private Utf8JsonReader _json = new(bytes);

    /// <summary>Moves on to a token that must be of this type.</summary>
    public void Take(JsonTokenType type)
    {
        Next();
        Is(type);
    }

    /// <summary>Moves on, and tells whether the token is of this type.</summary>
    public bool Ends(JsonTokenType type)
    {
        Next();
        return _json.TokenType == type;
    }

    /// <summary>The token here must be of this type.</summary>
    public readonly void Is(JsonTokenType type)
    {
        if (_json.TokenType != type) throw new FormatException($"There is {_json.TokenType} at byte {_json.TokenStartIndex}, not {type}.");
    }

    /// <summary>Moves on to the name of a property, which must be this one.</summary>
    public void Property(ReadOnlySpan<byte> name)
    {
        Take(JsonTokenType.PropertyName);
        if (!_json.ValueTextEquals(name))
            throw new FormatException(
                $"There is '{_json.GetString()}' at byte {_json.TokenStartIndex}, not '{Encoding.UTF8.GetString(name)}'.");
    }

    public string Text(ReadOnlySpan<byte> name)
    {
        Property(name);
        Take(JsonTokenType.String);
        return _json.GetString()!;
    }

    public ulong Number(ReadOnlySpan<byte> name)
    {
        Property(name);
        Take(JsonTokenType.Number);
        return _json.GetUInt64();
    }

    public bool Boolean(ReadOnlySpan<byte> name)
    {
        Property(name);
        Next();
        return _json.TokenType is JsonTokenType.True or JsonTokenType.False
            ? _json.GetBoolean()
            : throw new FormatException($"There is {_json.TokenType} at byte {_json.TokenStartIndex}, not true or false.");
    }

    private void Next()
    {
        if (!_json.Read()) throw new FormatException("The manifest ends too early.");
    }
}
