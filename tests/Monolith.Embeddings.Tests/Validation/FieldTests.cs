using System.Text;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Validation;

public class FieldTests : LeakChecked
{
    [Test]
    public void Fields_have_the_bytes_of_a_binary_writer()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write((byte)7);
        writer.Write(-5);
        writer.Write(uint.MaxValue);
        writer.Write(long.MinValue);
        writer.Write(ulong.MaxValue);
        writer.Write(-0.1);
        writer.Write(double.NaN);
        writer.Write(1);
        writer.Write(3);
        writer.Write("aß"u8);
        writer.Write(2);
        writer.Write(8);
        writer.Write(9);
        Assert.That(Written().ToArray(), Is.EqualTo(memory.ToArray()));
    }

    [Test]
    public void What_was_written_is_read()
    {
        var fields = new FieldReader(Written());
        Assert.That(fields.Bytes(1)[0], Is.EqualTo(7));
        Assert.That(fields.Int32(), Is.EqualTo(-5));
        Assert.That(fields.UInt32(), Is.EqualTo(uint.MaxValue));
        Assert.That(fields.Int64(), Is.EqualTo(long.MinValue));
        Assert.That(fields.UInt64(), Is.EqualTo(ulong.MaxValue));
        Assert.That(fields.Double(), Is.EqualTo(-0.1));
        Assert.That(fields.Double(), Is.NaN);
        Assert.That(fields.Flag(), Is.True);
        Assert.That(fields.Text(maxBytes: 3), Is.EqualTo("aß"));
        Assert.That(fields.List(2, "numbers", (ref FieldReader item) => item.Int32()), Is.EqualTo(new[] { 8, 9 }));
        fields.End();
    }

    [Test]
    public void Fields_cut_short_anywhere_or_followed_by_more_are_refused()
    {
        var bytes = Written().ToArray();
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(() => ReadAll(bytes.AsSpan(0, length)), Throws.InstanceOf<FormatException>(), $"{length} bytes");
        Assert.That(() => ReadAll([.. bytes, 0]), Throws.InstanceOf<FormatException>().With.Message.Contains("1 bytes follow"));
        Assert.That(() => ReadAll(bytes), Throws.Nothing);
    }

    [TestCase(new byte[] { 2, 0, 0, 0 }, "2 flags")]
    public void A_flag_is_0_or_1(byte[] bytes, string message) =>
        Assert.That(() => new FieldReader(bytes).Flag(), Throws.InstanceOf<FormatException>().With.Message.Contains(message));

    [TestCase(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, "at most 9")]
    [TestCase(new byte[] { 1, 0, 0, 0, 0xC3 }, "not UTF-8")]
    public void A_text_has_a_length_that_can_be_and_is_utf_8(byte[] bytes, string message) =>
        Assert.That(() => new FieldReader(bytes).Text(maxBytes: 9), Throws.InstanceOf<FormatException>().With.Message.Contains(message));

    [Test]
    public void A_list_that_claims_more_than_is_there_or_allowed_takes_no_memory_for_it()
    {
        byte[] bytes = [0xFF, 0xFF, 0xFF, 0x7F, 1, 0, 0, 0];
        Assert.That(() => Numbers(uint.MaxValue), Throws.InstanceOf<FormatException>());
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Numbers(9), Throws.InstanceOf<FormatException>().With.Message.Contains("2147483647 numbers; at most 9"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));

        void Numbers(long maximum) => new FieldReader(bytes).List(maximum, "numbers", (ref FieldReader item) => item.Int32());
    }

    private static ReadOnlySpan<byte> Written()
    {
        var fields = new FieldWriter(capacity: 1);
        fields.Byte(7);
        fields.Int32(-5);
        fields.UInt32(uint.MaxValue);
        fields.Int64(long.MinValue);
        fields.UInt64(ulong.MaxValue);
        fields.Double(-0.1);
        fields.Double(double.NaN);
        fields.Flag(true);
        fields.Text("aß", maxBytes: 3);
        fields.List([8, 9], (to, item) => to.Int32(item));
        return fields.Written;
    }

    private static void ReadAll(ReadOnlySpan<byte> bytes)
    {
        var fields = new FieldReader(bytes);
        fields.Bytes(1);
        fields.Int32();
        fields.UInt32();
        fields.Int64();
        fields.UInt64();
        fields.Double();
        fields.Double();
        fields.Flag();
        fields.Text(maxBytes: 3);
        fields.List(2, "numbers", (ref FieldReader item) => item.Int32());
        fields.End();
    }
}
