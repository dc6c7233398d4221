using System.Globalization;
using Monolith.Embeddings.Datasets.Tests.Support;

namespace Monolith.Embeddings.Datasets.Tests.Criteo;

[TestFixture]
public sealed class CriteoReaderTests
{
    [Test]
    public void An_example_reads_as_it_was_written()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 200).Select(_ => Invent(random)).ToArray();
        var text = string.Concat(rows.Select(r => Write(r) + "\n"));
        using var plain = new TestFile(text);
        using var packed = new TestFile(TestFile.Gzip(text));

        foreach (var path in new[] { plain.Path, packed.Path })
        {
            var examples = CriteoReader.Read(path).ToArray();
            Assert.That(examples.Select(e => e.Clicked), Is.EqualTo(rows.Select(r => r.Clicked)));
            Assert.That(examples.Select(e => Enumerable.Range(0, 13).Select(e.Integer)), Is.EqualTo(rows.Select(r => r.Integers)));
            Assert.That(examples.Select(e => Enumerable.Range(0, 26).Select(e.Category)), Is.EqualTo(rows.Select(r => r.Categories)));
        }
    }

    [Test]
    public void A_line_of_the_published_form_is_read()
    {
        using var file = new TestFile(
            "0\t1\t1\t5\t0\t1382\t4\t15\t2\t181\t1\t2\t\t2\t68fd1e64\t80e26c9b\tfb936136\t7b4723c4\t25c83c98\t7e0ccccf\tde7995b8\t"
            + "1f89b562\ta73ee510\ta8cd5504\tb2cb9c98\t37c9c164\t2824a5f6\t1adce6ef\t8ba8b39a\t891b62e7\te5ba7672\tf54016b9\t21ddcdc9\t"
            + "b1252a9d\t07b5194c\t\t3a171ecb\tc5c50484\te8b83407\t9727dd16\n");

        var example = CriteoReader.Read(file.Path).Single();

        Assert.That(example.Clicked, Is.False);
        Assert.That((example.Integer(4), example.Integer(11), example.Integer(12)), Is.EqualTo((1382, (int?)null, 2)));
        Assert.That((example.Category(0), example.Category(21), example.Category(25)), Is.EqualTo((0x68fd1e64u, (uint?)null, 0x9727dd16u)));
        Assert.That(() => example.Integer(13), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => example.Category(26), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => example.Category(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(0, "2", "the label '2' is not a whole number from 0 to 1")]
    [TestCase(0, "", "the label '' is not a whole number from 0 to 1")]
    [TestCase(1, "x", "I1 'x' is not a 32-bit integer")]
    [TestCase(13, "2147483648", "I13 '2147483648' is not a 32-bit integer")]
    [TestCase(14, "xyz", "C1 'xyz' is not a hexadecimal number of up to 8 digits")]
    [TestCase(39, "123456789", "C26 '123456789' is not a hexadecimal number of up to 8 digits")]
    [TestCase(39, "-1", "C26 '-1' is not a hexadecimal number of up to 8 digits")]
    [TestCase(39, "1\t2", "the line has more than 40 fields delimited by TAB")]
    public void A_value_that_cannot_be_is_malformed(int field, string value, string reason)
    {
        var fields = new string[40];
        Array.Fill(fields, "1");
        fields[field] = value;
        using var file = new TestFile(string.Join('\t', fields));
        var reports = new ReportList();

        Assert.That(CriteoReader.Read(file.Path, new MalformedLines { Limit = 1, Report = reports }), Is.Empty);
        Assert.That(reports.Single().Reason, Is.EqualTo(reason));
    }

    private static (bool Clicked, int?[] Integers, uint?[] Categories) Invent(Random random) =>
    (
        random.Next(2) == 1,
        [.. Enumerable.Range(0, 13).Select(_ => random.Next(3) == 0 ? (int?)null : random.Next(int.MinValue, int.MaxValue))],
        [.. Enumerable.Range(0, 26).Select(_ => random.Next(3) == 0 ? (uint?)null : (uint)random.NextInt64(1L << 32))]
    );

    private static string Write((bool Clicked, int?[] Integers, uint?[] Categories) row) => string.Join('\t',
        [row.Clicked ? "1" : "0",
        .. row.Integers.Select(i => i?.ToString(CultureInfo.InvariantCulture)),
        .. row.Categories.Select(c => c?.ToString("x8", CultureInfo.InvariantCulture))]);
}
