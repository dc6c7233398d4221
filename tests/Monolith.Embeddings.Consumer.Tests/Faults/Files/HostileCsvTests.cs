using System.Globalization;
using System.IO.Compression;
using System.Text;
using Monolith.Embeddings.Consumer.Tests.Faults.Texts;
using Monolith.Embeddings.Datasets;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Files;

/// <summary>
/// CSV files of any texts: what a careful writer wrote is read back, and a damaged file ends in no other exception than the documented
/// ones.
/// </summary>
[TestFixture]
public sealed class HostileCsvTests
{
    private static readonly char[] Delimiters = [',', ';', '\t', '|', ' ', '\u001F', 'é', '\u00A0', '\0', '\u2028', 'a'];

    private string _path = "";

    [SetUp]
    public void MakeFile() => _path = Path.GetTempFileName();

    [TearDown]
    public void RemoveFile() => File.Delete(_path);

    [Test]
    public void AnyTextsAreReadBackAsTheyWereWritten()
    {
        var records = 0;
        for (var seed = 0; seed < 250; seed++)
        {
            var random = new Random(seed);
            var delimiter = Delimiters[random.Next(Delimiters.Length)];
            var columns = random.Next(1, 5);
            var hasHeader = random.Next(2) == 0;
            var rows = Enumerable.Range(0, random.Next(1, 30))
                .Select(_ => Enumerable.Range(0, columns).Select(_ => Field(random, delimiter)).ToArray()).ToArray();
            var text = new StringBuilder();
            var names = Enumerable.Range(0, columns).Select(i => $"column {i}").ToArray();
            var end = random.Next(3) switch { 0 => "\n", 1 => "\r\n", _ => "\n" };
            if (hasHeader) text.Append(Line(names, delimiter)).Append(end);
            foreach (var row in rows) text.Append(Line(row, delimiter)).Append(end);
            Write(text.ToString(), bom: random.Next(2) == 0, gzip: random.Next(3) == 0);
            var reader = new CsvReader<string[]>(Enumerable.Range(0, columns).Select(i => hasHeader ? names[i] : (CsvColumn)i), Texts,
                new() { Delimiter = delimiter, HasHeader = hasHeader });
            var read = reader.Read(_path).ToArray();
            var what = $"seed {seed}, delimiter U+{(int)delimiter:X4}, header: {hasHeader}";
            Assert.That(read, Has.Length.EqualTo(rows.Length), what);
            for (var i = 0; i < rows.Length; i++) Assert.That(read[i], Is.EqualTo(rows[i]), $"{what}, row {i}");
            records += rows.Length;
        }
        TestContext.Out.WriteLine($"tried 250 files, {records} records");
    }

    [Test]
    public void DamagedFilesEndInTheDocumentedExceptionsAndMemoryIsBounded()
    {
        var (read, malformed, damaged) = (0, 0, 0);
        for (var seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            var bytes = Encoding.UTF8.GetBytes("id,name,price\n" + string.Concat(Enumerable.Range(0, 50)
                .Select(i => $"{i},\"n\"\"{i}\n é\",{i}.5\n")));
            if (random.Next(2) == 0) bytes = Gzip(bytes);
            for (var change = 0; change < random.Next(1, 6); change++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
            File.WriteAllBytes(_path, bytes);
            var limit = random.Next(2) == 0 ? long.MaxValue : 0;
            var reader = new CsvReader<string[]>(["id", "name", "price"], Texts,
                new() { Malformed = new MalformedLines { Limit = limit } });
            try
            {
                var records = reader.Read(_path).Count();
                Assert.That(records, Is.LessThanOrEqualTo(bytes.Length), $"seed {seed}");
                read++;
            }
            catch (MalformedLineException)
            {
                malformed++;
            }
            catch (InvalidDataException)
            {
                damaged++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
        TestContext.Out.WriteLine($"tried 1500: {read} read, {malformed} malformed, {damaged} damaged");
    }

    [Test]
    public void NumbersAreReadAlikeInEveryCultureAndOddFormsAreRefused()
    {
        string[] forms =
        [
            "1", "1.5", "1,5", "1 ", " 1", "+1", "-1", "−1", "1e3", "1e400", "NaN", "Infinity", "∞", "0x1", "１", "١", "1\u00A0000", "1_0",
                "", "-0", "1.", ".5", "1e-400", "\u200E1", "1\0", "9223372036854775808", "(1)", "$1", "1%", "3.5e38",
        ];
        var tried = 0;
        foreach (var form in forms)
        {
            Write($"a;b\n\"{form}\";x\n", bom: false, gzip: false);
            var outcomes = new HashSet<string>();
            foreach (var culture in OddCultures.All)
                outcomes.Add(OddCultures.In(culture, () =>
                {
                    tried++;
                    return string.Join(' ', One(r => r.Int64(0).ToString(CultureInfo.InvariantCulture)),
                        One(r => r.Double(0).ToString("R", CultureInfo.InvariantCulture)),
                        One(r => r.Single(0).ToString("R", CultureInfo.InvariantCulture)));
                }));
            Assert.That(outcomes, Has.Count.EqualTo(1), form);
            Assert.That(outcomes.Single(), Does.Not.Contain("NaN").And.Not.Contain("Infinity").And.Not.Contain("15 "), form);
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void AFieldOfAnyLengthIsReadOrCostsOneLine()
    {
        foreach (var length in new[] { 1 << 10, (1 << 20) - 100, (1 << 20) + 100, 5 << 20 })
        {
            Write($"a,b\n\"{new string('x', length)}\",1\n2,3\n", bom: false, gzip: false);
            var reader = new CsvReader<string[]>(["a", "b"], Texts, new() { Malformed = new MalformedLines { Limit = long.MaxValue } });
            var read = reader.Read(_path).ToArray();
            Assert.That(read[^1], Is.EqualTo(new[] { "2", "3" }), $"{length}");
            if (read.Length == 2) Assert.That(read[0][0], Has.Length.EqualTo(length));
        }
        TestContext.Out.WriteLine("tried 4");
    }

    private string One(CsvMapping<string> map)
    {
        try
        {
            return new CsvReader<string>(["a"], map, new() { Delimiter = ';' }).Read(_path).Single();
        }
        catch (MalformedLineException)
        {
            return "refused";
        }
    }

    private static string[] Texts(CsvRow row)
    {
        var texts = new string[row.Count];
        for (var i = 0; i < texts.Length; i++) texts[i] = row.Text(i);
        return texts;
    }

    // No halves of pairs: a file of UTF-8 cannot hold them.
    private static string Field(Random random, char delimiter)
    {
        var text = new StringBuilder();
        for (var i = random.Next(8); i > 0; i--)
            text.Append(random.Next(9) switch
            {
                0 => "\"",
                1 => "\n",
                2 => "\r\n",
                3 => delimiter.ToString(),
                4 => "\r",
                5 => "\0",
                6 => "😀",
                7 => "\uFEFF",
                _ => ((char)random.Next(0x20, 0xD800)).ToString()
            });
        return text.ToString();
    }

    private static string Line(string[] fields, char delimiter) =>
        string.Join(delimiter, fields.Select(f => '"' + f.Replace("\"", "\"\"", StringComparison.Ordinal) + '"'));

    private void Write(string text, bool bom, bool gzip)
    {
        byte[] bytes = [.. bom ? Encoding.UTF8.Preamble.ToArray() : [], .. Encoding.UTF8.GetBytes(text)];
        File.WriteAllBytes(_path, gzip ? Gzip(bytes) : bytes);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var file = new MemoryStream();
        using (var zip = new GZipStream(file, CompressionLevel.Fastest)) zip.Write(bytes);
        return file.ToArray();
    }
}
