package bank;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AccountTest {
    @Test
    void interest() {
        assertEquals(7340, new Account(146800).interest(5));
    }
}
