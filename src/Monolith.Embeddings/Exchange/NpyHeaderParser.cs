using System.Globalization;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// Reads the header of an array file: a literal of Python with three entries. It knows the few words that NumPy writes there.
/// </summary>
/// <param name="text">The header.</param>
internal sealed class NpyHeaderParser(string text)
{
    private const int MostDimensions = 32;

    private int _at;

    /// <exception cref="InvalidDataException">It is no header, or of an array that is not read.</exception>
    public NpyHeader Parse()
    {
        string? type = null;
        bool? isFortran = null;
        List<long>? shape = null;
        Expect('{');
        while (!Accept('}'))
        {
            var key = Quoted();
            Expect(':');
            if (key == "descr" && type is null) type = Type();
            else if (key == "fortran_order" && isFortran is null) isFortran = Truth();
            else if (key == "shape" && shape is null) shape = Shape();
            else throw Wrong($"entry '{key}'");
            if (Accept(',')) continue;
            Expect('}');
            break;
        }
        SkipSpace();
        if (_at < text.Length) throw Wrong("something behind its end");
        if (type is null || isFortran is null || shape is null) throw Wrong("no descr, fortran_order or shape");
        if (isFortran.Value && shape.Count > 1)
            throw new InvalidDataException("it is in Fortran order; save it in C order, by numpy.ascontiguousarray.");
        return new NpyHeader(type, shape);
    }

    private string Type()
    {
        SkipSpace();
        if (_at < text.Length && text[_at] is '[' or '(')
            throw new InvalidDataException("it is an array of records; save each of their fields as an array of numbers.");
        return Quoted();
    }

    private bool Truth()
    {
        if (AcceptWord("True")) return true;
        return AcceptWord("False") ? false : throw Wrong("a truth that is neither True nor False");
    }

    private List<long> Shape()
    {
        var lengths = new List<long>();
        Expect('(');
        while (!Accept(')'))
        {
            lengths.Add(Number());
            if (lengths.Count > MostDimensions) throw Wrong("too many dimensions");
            if (Accept(',')) continue;
            Expect(')');
            break;
        }
        return lengths;
    }

    private long Number()
    {
        SkipSpace();
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
        return long.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong("a length that is no number");
    }

    private string Quoted()
    {
        SkipSpace();
        if (_at == text.Length || text[_at] is not ('\'' or '"')) throw Wrong("no text in quotes");
        var end = text.IndexOf(text[_at], _at + 1);
        if (end < 0) throw Wrong("a text without an end");
        var quoted = text[(_at + 1)..end];
        _at = end + 1;
        return quoted;
    }

    private void Expect(char expected)
    {
        if (!Accept(expected)) throw Wrong($"no '{expected}'");
    }

    private bool Accept(char expected)
    {
        SkipSpace();
        if (_at == text.Length || text[_at] != expected) return false;
        _at++;
        return true;
    }

    private bool AcceptWord(string word)
    {
        SkipSpace();
        if (string.CompareOrdinal(text, _at, word, 0, word.Length) != 0) return false;
        _at += word.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < text.Length && text[_at] is ' ' or '\n') _at++;
    }

    private InvalidDataException Wrong(string found) => new($"its header is none of NumPy's: {found} at character {_at}.");
}
